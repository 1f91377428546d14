package io.github.batchnormlab.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * A linear layer, {@code z = x W + b}.
 *
 * <p>The input is (batch, in), the weight (in, units), the bias (1, units) and the output (batch,
 * units). With {@link Builder#optReplicas(int)} one more axis leads all four, and each replica has
 * a weight and a bias of its own; DJL's own linear layer has one for all.
 */
public final class Linear extends AbstractBlock {
  private static final byte VERSION = 1;

  private final int units;
  private final int replicas;
  private final Parameter weight;
  private final Parameter bias;

  private Linear(Builder builder) {
    super(VERSION);
    units = builder.units;
    replicas = builder.replicas();
    weight =
        addParameter(Parameter.builder().setName("weight").setType(Parameter.Type.WEIGHT).build());
    bias =
        builder.bias
            ? addParameter(Parameter.builder().setName("bias").setType(Parameter.Type.BIAS).build())
            : null;
  }

  /**
   * Starts a layer with a bias.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    long[] shape = inputShapes[0].getShape().clone();
    shape[shape.length - 1] = units;
    return new Shape[] {new Shape(shape)};
  }

  @Override
  protected void prepare(Shape[] inputShapes) {
    weight.setShape(shape(inputShapes[0].get(inputShapes[0].dimension() - 1)));
    if (bias != null) {
      bias.setShape(shape(1));
    }
  }

  private Shape shape(long rows) {
    return replicas == 0 ? new Shape(rows, units) : new Shape(replicas, rows, units);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> params) {
    NDArray x = inputs.singletonOrThrow();
    NDList affine = affine(parameterStore, x.getDevice(), training);
    NDArray z = x.matMul(affine.get(0));
    return new NDList(bias == null ? z : z.add(affine.get(1)));
  }

  /**
   * The weight and the bias, with the graph that leads to them.
   *
   * @param parameterStore where the values of the parameters are
   * @param device where the values are wanted
   * @param training whether gradients are
   * @return W of shape (…, in, units), then b of shape (…, 1, units) unless there is none
   */
  public NDList affine(ParameterStore parameterStore, Device device, boolean training) {
    NDList affine = new NDList(parameterStore.getValue(weight, device, training));
    if (bias != null) {
      affine.add(parameterStore.getValue(bias, device, training));
    }
    return affine;
  }

  /** {@return the weight} */
  public Parameter weight() {
    return weight;
  }

  /** {@return the bias, or null} */
  public Parameter bias() {
    return bias;
  }

  @Override
  public String toString() {
    return "Linear(units="
        + units
        + (bias == null ? ", no bias" : "")
        + (replicas == 0 ? "" : ", replicas=" + replicas)
        + ")";
  }

  /** What a layer is made of: the number of units is required. */
  public static final class Builder extends ReplicasBuilder<Builder> {
    private int units;
    private boolean bias = true;

    private Builder() {}

    /**
     * The number of outputs, at least 1.
     *
     * @param units how many
     * @return this builder
     */
    public Builder setUnits(int units) {
      this.units = units;
      return this;
    }

    /**
     * Whether there is a bias; there is one if not set.
     *
     * @param bias whether there is one
     * @return this builder
     */
    public Builder optBias(boolean bias) {
      this.bias = bias;
      return this;
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * @return the block
     * @throws IllegalArgumentException if the number of units is below 1 or that of replicas
     *     negative
     */
    public Linear build() {
      checkReplicas();
      if (units < 1) {
        throw new IllegalArgumentException("units must be at least 1, but is " + units);
      }
      return new Linear(this);
    }
  }
}
