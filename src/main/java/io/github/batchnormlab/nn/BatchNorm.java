package io.github.batchnormlab.nn;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import io.github.batchnormlab.engine.Constants;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.stream.IntStream;

/**
 * Batch normalization with learned scale and shift and exponential running statistics.
 *
 * <p>In training, for each feature, with mean and variance taken over the batch:
 *
 * <pre>
 * σ_B   = sqrt(variance + ε)
 * x_new = (x - μ_B) / σ_B · σ_new + μ_new
 *
 * μ ← λ μ + (1 - λ) μ_B
 * σ ← λ σ + (1 - λ) σ_B
 * </pre>
 *
 * <p>In evaluation the running μ and σ stand in for μ_B and σ_B. The scale σ_new (from ones) and
 * the shift μ_new (from zeros) are learned; the running statistics (μ from zeros, σ from ones) are
 * not, and carry no gradient. It is the standard deviation that is averaged, not the variance: in
 * this the block differs from DJL's and PyTorch's own.
 *
 * <p>The input is (batch, features), or (batch, channels, …), normalized per channel over all other
 * axes. With {@link Builder#optReplicas(int)} one more axis leads, (replicas, batch, features), and
 * each replica has parameters and statistics of its own. The output has the shape of the input.
 *
 * <p>Source: S. Ioffe and C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by
 * Reducing Internal Covariate Shift", 2015.
 */
public final class BatchNorm extends AbstractBlock {
  private static final byte VERSION = 1;

  private final Parameter scale;
  private final Parameter shift;
  private final Parameter runningMean;
  private final Parameter runningStd;

  private double lambda;
  private double epsilon;
  private boolean populationVariance;
  private int replicas;

  private BatchNorm(Builder builder) {
    super(VERSION);
    lambda = builder.lambda;
    epsilon = builder.epsilon;
    populationVariance = builder.populationVariance;
    replicas = builder.replicas();
    scale =
        addParameter(Parameter.builder().setName("scale").setType(Parameter.Type.GAMMA).build());
    shift = addParameter(Parameter.builder().setName("shift").setType(Parameter.Type.BETA).build());
    runningMean =
        addParameter(
            Parameter.builder()
                .setName("runningMean")
                .setType(Parameter.Type.RUNNING_MEAN)
                .optRequiresGrad(false)
                .build());
    runningStd =
        addParameter(
            Parameter.builder()
                .setName("runningStd")
                .setType(Parameter.Type.OTHER)
                .optInitializer(Initializer.ONES)
                .optRequiresGrad(false)
                .build());
  }

  /**
   * Starts a block with λ = 0.9, ε = 1e-6 and a variance that divides by n - 1.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {inputShapes[0]};
  }

  @Override
  protected void prepare(Shape[] inputShapes) {
    Shape input = inputShapes[0];
    int channelAxis = leadingAxes() + 1;
    if (input.dimension() <= channelAxis) {
      throw new IllegalArgumentException(
          "Batch normalization needs an input of "
              + (replicas == 0 ? "(batch, features, …)" : "(replicas, batch, features, …)")
              + ", but its shape is "
              + input);
    }
    long channels = input.get(channelAxis);
    Shape shape = replicas == 0 ? new Shape(channels) : new Shape(replicas, channels);
    scale.setShape(shape);
    shift.setShape(shape);
    runningMean.setShape(shape);
    runningStd.setShape(shape);
  }

  /**
   * Normalizes the input.
   *
   * @throws IllegalArgumentException if in training the variance divides by n - 1 and n is 1
   */
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
    NDArray beta = parameterStore.getValue(shift, device, training).reshape(perFeature);
    NDArray mu = parameterStore.getValue(runningMean, device, training).reshape(perFeature);
    NDArray sigma = parameterStore.getValue(runningStd, device, training).reshape(perFeature);
    if (!training) {
      return new NDList(x.sub(mu).div(sigma).mul(gamma).add(beta));
    }
    int[] axes = statisticsAxes(x.getShape().dimension());
    NDArray batchMean = mean(x, axes);
    NDArray centered = x.sub(batchMean);
    NDArray batchStd = standardDeviation(centered, axes);
    follow(mu, batchMean);
    follow(sigma, batchStd);
    return new NDList(centered.div(batchStd).mul(gamma).add(beta));
  }

  /**
   * What the block amounts to in training on an input: {@code x_new = x · factor + offset}. The
   * running statistics stay as they are.
   *
   * @param parameterStore where the values of the parameters are
   * @param x the input, (…, batch, features)
   * @return the factor and the offset, in shapes that broadcast against the input
   * @throws IllegalArgumentException if the variance divides by n - 1 and n is 1
   */
  public NDList factorAndOffset(ParameterStore parameterStore, NDArray x) {
    Device device = x.getDevice();
    Shape perFeature = perFeature(x.getShape());
    int[] axes = statisticsAxes(x.getShape().dimension());
    NDArray batchMean = mean(x, axes);
    NDArray batchStd = standardDeviation(x.sub(batchMean), axes);
    NDArray factor = parameterStore.getValue(scale, device, true).reshape(perFeature).div(batchStd);
    NDArray beta = parameterStore.getValue(shift, device, true).reshape(perFeature);
    return new NDList(factor, beta.sub(batchMean.mul(factor)));
  }

  /** {@return the learned scale, σ_new} */
  public Parameter scale() {
    return scale;
  }

  /** {@return the learned shift, μ_new} */
  public Parameter shift() {
    return shift;
  }

  /** {@return the running mean, μ} */
  public Parameter runningMean() {
    return runningMean;
  }

  /** {@return the running standard deviation, σ} */
  public Parameter runningStd() {
    return runningStd;
  }

  /** {@return the share of the old value that a running statistic keeps at each step} */
  public double lambda() {
    return lambda;
  }

  /** {@return what is added to the variance} */
  public double epsilon() {
    return epsilon;
  }

  /** {@return whether the variance divides by n, and not by n - 1} */
  public boolean hasPopulationVariance() {
    return populationVariance;
  }

  private NDArray standardDeviation(NDArray centered, int[] axes) {
    long n =
        IntStream.of(axes)
            .mapToLong(axis -> centered.getShape().get(axis))
            .reduce(1, Math::multiplyExact);
    checkSamples(n);
    NDArray variance = mean(centered.square(), axes);
    if (!populationVariance) {
      variance = variance.mul(Constants.create(centered.getManager(), (double) n / (n - 1)));
    }
    return variance.add(Constants.create(centered.getManager(), epsilon)).sqrt();
  }

  /**
   * Checks that there are two values of each feature if the variance divides by n - 1.
   *
   * @param n how many there are in a training batch
   * @throws IllegalArgumentException if there are too few
   */
  public void checkSamples(long n) {
    if (n < 2 && !populationVariance) {
      throw new IllegalArgumentException(
          "Batch normalization with a variance that divides by n - 1 needs at least 2 values"
              + " of each feature in a training batch, but n is "
              + n);
    }
  }

  /** DJL's mean takes one axis at a time. */
  private static NDArray mean(NDArray array, int[] axes) {
    NDArray result = array;
    for (int axis : axes) {
      result = result.mean(new int[] {axis}, true);
    }
    return result;
  }

  /** running ← λ running + (1 - λ) batch, outside the gradient, where number operands are safe. */
  private void follow(NDArray running, NDArray batch) {
    running.muli(lambda).addi(batch.stopGradient().mul(1 - lambda));
  }

  private int leadingAxes() {
    return replicas == 0 ? 0 : 1;
  }

  /** The batch axis, and every axis after the channels. */
  private int[] statisticsAxes(int dimension) {
    int batchAxis = leadingAxes();
    return IntStream.range(batchAxis, dimension).filter(axis -> axis != batchAxis + 1).toArray();
  }

  /** The shape that makes a parameter broadcast against the input. */
  private Shape perFeature(Shape input) {
    long[] shape = input.getShape().clone();
    for (int axis : statisticsAxes(shape.length)) {
      shape[axis] = 1;
    }
    return new Shape(shape);
  }

  @Override
  protected void saveMetadata(DataOutputStream os) throws IOException {
    super.saveMetadata(os);
    os.writeDouble(lambda);
    os.writeDouble(epsilon);
    os.writeBoolean(populationVariance);
    os.writeInt(replicas);
  }

  @Override
  public void loadMetadata(byte loadVersion, DataInputStream is)
      throws IOException, MalformedModelException {
    super.loadMetadata(loadVersion, is);
    lambda = is.readDouble();
    epsilon = is.readDouble();
    populationVariance = is.readBoolean();
    replicas = is.readInt();
  }

  @Override
  public String toString() {
    return "BatchNorm(lambda="
        + lambda
        + ", epsilon="
        + epsilon
        + ", variance divides by "
        + (populationVariance ? "n" : "n - 1")
        + (replicas == 0 ? "" : ", replicas=" + replicas)
        + ")";
  }

  /** What a block is made of; everything has a default. */
  public static final class Builder extends ReplicasBuilder<Builder> {
    private double lambda = 0.9;
    private double epsilon = 1e-6;
    private boolean populationVariance;

    private Builder() {}

    /**
     * The share of the old value that a running statistic keeps at each step, 0.9 if not set.
     *
     * @param lambda from 0 to below 1
     * @return this builder
     */
    public Builder optLambda(double lambda) {
      this.lambda = lambda;
      return this;
    }

    /**
     * What is added to the variance, 1e-6 if not set.
     *
     * @param epsilon a finite number above 0
     * @return this builder
     */
    public Builder optEpsilon(double epsilon) {
      this.epsilon = epsilon;
      return this;
    }

    /**
     * Whether the variance divides by n, and not by n - 1 as it does if not set.
     *
     * @param populationVariance whether it divides by n
     * @return this builder
     */
    public Builder optPopulationVariance(boolean populationVariance) {
      this.populationVariance = populationVariance;
      return this;
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * @return the block
     * @throws IllegalArgumentException if λ is not in [0, 1), ε is not a finite number above 0, or
     *     the number of replicas is negative
     */
    public BatchNorm build() {
      checkReplicas();
      if (!(lambda >= 0 && lambda < 1)) {
        throw new IllegalArgumentException("lambda must be in [0, 1), but is " + lambda);
      }
      if (!(epsilon > 0 && Double.isFinite(epsilon))) {
        throw new IllegalArgumentException(
            "epsilon must be a finite number above 0, but is " + epsilon);
      }
      return new BatchNorm(this);
    }
  }
}
