package io.github.batchnormlab.nn;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.batchnormlab.engine.Constants;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What layer normalization and RMS normalization have in common: each row is normalized by itself,
 * over its features, in training and in evaluation alike, and then scaled and perhaps shifted by
 * what is learned for each feature.
 */
abstract class RowNorm extends AbstractBlock {
  private static final byte VERSION = 1;
  private static final int[] FEATURES = {-1};

  private final Parameter scale;
  private final Parameter shift;

  private double epsilon;
  private int replicas;

  /**
   * @param shifts whether there is a shift
   */
  RowNorm(RowNormBuilder<?> builder, boolean shifts) {
    super(VERSION);
    epsilon = builder.epsilon();
    replicas = builder.replicas();
    scale =
        addParameter(Parameter.builder().setName("scale").setType(Parameter.Type.GAMMA).build());
    shift =
        shifts
            ? addParameter(
                Parameter.builder().setName("shift").setType(Parameter.Type.BETA).build())
            : null;
  }

  /** The rows without scale and shift; of the shape of x. */
  abstract NDArray normalized(NDArray x);

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {inputShapes[0]};
  }

  @Override
  protected void prepare(Shape[] inputShapes) {
    Shape input = inputShapes[0];
    int least = replicas == 0 ? 2 : 3;
    if (input.dimension() < least) {
      throw new IllegalArgumentException(
          getClass().getSimpleName()
              + " needs an input of "
              + (replicas == 0 ? "(batch, …, features)" : "(replicas, batch, …, features)")
              + ", but its shape is "
              + input);
    }
    long features = input.get(input.dimension() - 1);
    Shape shape = replicas == 0 ? new Shape(features) : new Shape(replicas, features);
    scale.setShape(shape);
    if (shift != null) {
      shift.setShape(shape);
    }
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> params) {
    NDArray x = inputs.singletonOrThrow();
    Device device = x.getDevice();
    Shape perFeature = perFeature(x.getShape());
    NDArray gamma = parameterStore.getValue(scale, device, training).reshape(perFeature);
    NDArray y = normalized(x).mul(gamma);
    if (shift != null) {
      y = y.add(parameterStore.getValue(shift, device, training).reshape(perFeature));
    }
    return new NDList(y);
  }

  /** The mean of each row, with one value in the place of the features. */
  static NDArray mean(NDArray x) {
    return x.mean(FEATURES, true);
  }

  /** sqrt(the mean square of each row + ε), with one value in the place of the features. */
  final NDArray rootMeanSquare(NDArray x) {
    return mean(x.square()).add(Constants.create(x.getManager(), epsilon)).sqrt();
  }

  /** The shape that makes a parameter broadcast against the input. */
  private Shape perFeature(Shape input) {
    int dimension = input.dimension();
    long[] shape = new long[dimension];
    for (int axis = 0; axis < dimension; axis++) {
      boolean isOfParameter = axis == dimension - 1 || (replicas > 0 && axis == 0);
      shape[axis] = isOfParameter ? input.get(axis) : 1;
    }
    return new Shape(shape);
  }

  /** {@return the learned scale, (features) or (replicas, features), from ones} */
  public final Parameter scale() {
    return scale;
  }

  /** The learned shift, of the shape of the scale, from zeros; null where there is none. */
  final Parameter shiftOrNull() {
    return shift;
  }

  /** {@return what is added under the root} */
  public final double epsilon() {
    return epsilon;
  }

  @Override
  protected void saveMetadata(DataOutputStream os) throws IOException {
    super.saveMetadata(os);
    os.writeDouble(epsilon);
    os.writeInt(replicas);
  }

  @Override
  public void loadMetadata(byte loadVersion, DataInputStream is)
      throws IOException, MalformedModelException {
    super.loadMetadata(loadVersion, is);
    epsilon = is.readDouble();
    replicas = is.readInt();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName()
        + "(epsilon="
        + epsilon
        + (replicas == 0 ? "" : ", replicas=" + replicas)
        + ")";
  }
}
