package io.github.batchnormlab.nn;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * A linear layer followed by batch normalization, without a pass over the activations.
 *
 * <p>It computes what {@link Linear} and then {@link BatchNorm} compute. The statistics of z = x W
 * + b follow from the mean m and the covariance C of the input, which has far fewer columns:
 *
 * <pre>
 * μ_B      = m W + b
 * variance = diag(Wᵀ C W)
 * </pre>
 *
 * <p>so that normalizing becomes another weight and bias, and the layer one matrix product:
 *
 * <pre>
 * s     = σ_new / sqrt(variance + ε)
 * W'    = W · s
 * b'    = μ_new - m W'
 * x_new = x W' + b'
 * </pre>
 *
 * <p>This is algebra, not an approximation. The linear layer's own bias b cancels; its gradient,
 * which is zero in exact arithmetic, is zero here.
 *
 * <p>The input is (batch, in) or, with replicas, (replicas, batch, in). A batch that comes in
 * pieces is given as (piece, m, C), with the {@link #moments(NDArray) moments} of the whole batch
 * behind each piece. The pieces share one update of the running statistics, which is then {@link
 * #follow(NDList)}'s, and not the forward function's.
 */
public final class LinearBatchNorm extends AbstractBlock implements AffineLayer {
  private static final byte VERSION = 1;
  private static final int[] ROWS = {-2};
  private static final int WITH_MOMENTS = 3;

  private final int units;
  private final int replicas;
  private final Parameter weight;
  private final Parameter bias;
  private final Parameter scale;
  private final Parameter shift;
  private final Parameter runningMean;
  private final Parameter runningStd;

  private double lambda;
  private double epsilon;
  private boolean populationVariance;

  private boolean following = true;
  private Scalars scalars;

  private LinearBatchNorm(Builder builder) {
    super(VERSION);
    units = builder.units;
    replicas = builder.replicas;
    lambda = builder.lambda;
    epsilon = builder.epsilon;
    populationVariance = builder.populationVariance;
    weight = add("weight", Parameter.Type.WEIGHT, null, true);
    // Its gradient is zero always, so nobody need compute it.
    bias = builder.bias ? add("bias", Parameter.Type.BIAS, null, false) : null;
    scale = add("scale", Parameter.Type.GAMMA, null, true);
    shift = add("shift", Parameter.Type.BETA, null, true);
    runningMean = add("runningMean", Parameter.Type.RUNNING_MEAN, null, false);
    runningStd = add("runningStd", Parameter.Type.OTHER, Initializer.ONES, false);
  }

  private Parameter add(
      String name, Parameter.Type type, Initializer initializer, boolean requiresGradient) {
    return addParameter(
        Parameter.builder()
            .setName(name)
            .setType(type)
            .optInitializer(initializer)
            .optRequiresGrad(requiresGradient)
            .build());
  }

  /** Starts a layer with λ = 0.9, ε = 1e-6 and a variance that divides by n - 1. */
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
    for (Parameter parameter : new Parameter[] {bias, scale, shift, runningMean, runningStd}) {
      if (parameter != null) {
        parameter.setShape(shape(1));
      }
    }
  }

  private Shape shape(long rows) {
    return replicas == 0 ? new Shape(rows, units) : new Shape(replicas, rows, units);
  }

  /**
   * Applies the layer.
   *
   * @throws IllegalArgumentException if in training the variance divides by n - 1 and n is 1
   */
  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> params) {
    NDList affine = affine(parameterStore, inputs, training);
    return new NDList(inputs.head().matMul(affine.get(0)).add(affine.get(1)));
  }

  @Override
  public NDList affine(ParameterStore parameterStore, NDList inputs, boolean training) {
    Device device = inputs.head().getDevice();
    NDArray w = parameterStore.getValue(weight, device, training);
    NDArray gamma = parameterStore.getValue(scale, device, training);
    NDArray beta = parameterStore.getValue(shift, device, training);
    if (!training) {
      NDArray factor = gamma.div(parameterStore.getValue(runningStd, device, false));
      NDArray mu = parameterStore.getValue(runningMean, device, false);
      NDArray offset =
          bias == null ? mu.neg() : parameterStore.getValue(bias, device, false).sub(mu);
      return new NDList(w.mul(factor), offset.mul(factor).add(beta));
    }
    NDList moments =
        inputs.size() == WITH_MOMENTS ? inputs.subNDList(1) : moments(inputs.singletonOrThrow());
    NDArray mean = moments.get(0);
    NDArray std = standardDeviation(w, moments.get(1));
    if (following) {
      follow(mean.matMul(w), std);
    }
    NDArray foldedWeight = w.mul(gamma.div(std));
    return new NDList(foldedWeight, beta.sub(mean.matMul(foldedWeight)));
  }

  /**
   * The mean and the covariance of a batch.
   *
   * @param x shape (…, batch, in)
   * @return the mean, (…, 1, in), and the covariance, (…, in, in), divided by n - 1 or n as the
   *     layer's variance is
   * @throws IllegalArgumentException if the variance divides by n - 1 and n is 1
   */
  public NDList moments(NDArray x) {
    int dimension = x.getShape().dimension();
    long n = x.getShape().get(dimension - 2);
    Checks.samples(n, populationVariance);
    NDArray mean = x.mean(ROWS, true);
    NDArray centered = x.sub(mean);
    NDArray divisor = Constants.create(x.getManager(), populationVariance ? n : n - 1.0);
    NDArray covariance =
        centered.swapAxes(dimension - 2, dimension - 1).matMul(centered).div(divisor);
    return new NDList(mean, covariance);
  }

  /** sqrt(diag(Wᵀ C W) + ε), of shape (…, 1, units). */
  private NDArray standardDeviation(NDArray w, NDArray covariance) {
    NDArray variance = covariance.matMul(w).mul(w).sum(ROWS, true);
    return variance.add(scalars().epsilon()).sqrt();
  }

  /** running ← λ running + (1 - λ) batch, outside the gradient. */
  private void follow(NDArray meanWithoutBias, NDArray std) {
    NDArray mean = meanWithoutBias.stopGradient();
    if (bias != null) {
      mean = mean.add(bias.getArray());
    }
    Scalars scalars = scalars();
    runningMean.getArray().muli(scalars.lambda()).addi(mean.mul(scalars.oneMinusLambda()));
    runningStd
        .getArray()
        .muli(scalars.lambda())
        .addi(std.stopGradient().mul(scalars.oneMinusLambda()));
  }

  /** Whether forward passes in training update the running statistics; they do if not set. */
  public void setFollowing(boolean following) {
    this.following = following;
  }

  /** The layer's numbers as arrays, made once. */
  private record Scalars(NDArray epsilon, NDArray lambda, NDArray oneMinusLambda) {}

  private Scalars scalars() {
    if (scalars == null) {
      NDManager manager = weight.getArray().getManager();
      scalars =
          new Scalars(
              Constants.lasting(manager, epsilon),
              Constants.lasting(manager, lambda),
              Constants.lasting(manager, 1 - lambda));
    }
    return scalars;
  }

  @Override
  protected void saveMetadata(DataOutputStream os) throws IOException {
    saveInputShapes(os);
    os.writeDouble(lambda);
    os.writeDouble(epsilon);
    os.writeBoolean(populationVariance);
  }

  @Override
  public void loadMetadata(byte loadVersion, DataInputStream is)
      throws IOException, MalformedModelException {
    if (loadVersion != VERSION) {
      throw new MalformedModelException("Unsupported encoding version: " + loadVersion);
    }
    readInputShapes(is);
    lambda = is.readDouble();
    epsilon = is.readDouble();
    populationVariance = is.readBoolean();
  }

  @Override
  public String toString() {
    return "LinearBatchNorm(units="
        + units
        + (bias == null ? ", no bias" : "")
        + ", lambda="
        + lambda
        + ", epsilon="
        + epsilon
        + ", variance divides by "
        + (populationVariance ? "n" : "n - 1")
        + (replicas == 0 ? "" : ", replicas=" + replicas)
        + ")";
  }

  /** What a layer is made of: the number of units is required. */
  public static final class Builder {
    private int units;
    private boolean bias = true;
    private int replicas;
    private double lambda = 0.9;
    private double epsilon = 1e-6;
    private boolean populationVariance;

    private Builder() {}

    /** The number of outputs, at least 1. */
    public Builder setUnits(int units) {
      this.units = units;
      return this;
    }

    /** Whether the linear layer has a bias; it has one if not set. */
    public Builder optBias(boolean bias) {
      this.bias = bias;
      return this;
    }

    /** Gives all arrays a leading axis of so many independent replicas. */
    public Builder optReplicas(int replicas) {
      this.replicas = replicas;
      return this;
    }

    /** The share of the old value that a running statistic keeps at each step, 0.9 if not set. */
    public Builder optLambda(double lambda) {
      this.lambda = lambda;
      return this;
    }

    /** What is added to the variance, 1e-6 if not set. */
    public Builder optEpsilon(double epsilon) {
      this.epsilon = epsilon;
      return this;
    }

    /** Whether the variance divides by n, and not by n - 1 as it does if not set. */
    public Builder optPopulationVariance(boolean populationVariance) {
      this.populationVariance = populationVariance;
      return this;
    }

    /**
     * @throws IllegalArgumentException if the number of units is below 1, that of replicas
     *     negative, λ not in [0, 1), or ε not a finite number above 0
     */
    public LinearBatchNorm build() {
      Checks.layer(units, replicas);
      Checks.batchNorm(lambda, epsilon);
      return new LinearBatchNorm(this);
    }
  }
}
