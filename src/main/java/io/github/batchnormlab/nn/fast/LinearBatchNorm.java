package io.github.batchnormlab.nn.fast;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.batchnormlab.engine.Constants;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.Linear;

/**
 * A linear layer followed by batch normalization, without a pass over the activations.
 *
 * <p>It computes what {@link Linear} and then {@link BatchNorm} compute, from their parameters. The
 * statistics of z = x W + b follow from the mean m and the covariance C of the input, which has far
 * fewer columns:
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
 * which is zero in exact arithmetic, is zero here, and nobody need compute it: {@link Parameter}
 * {@code b} is frozen.
 *
 * <p>The input is (batch, in) or, with replicas, (replicas, batch, in).
 */
public final class LinearBatchNorm extends AbstractBlock {
  private static final byte VERSION = 1;
  private static final int[] ROWS = {-2};

  private final Linear linear;
  private final BatchNorm norm;
  private Scalars scalars;

  /**
   * @param linear the linear layer; its bias is frozen
   * @param norm what normalizes its output, with as many replicas
   */
  public LinearBatchNorm(Linear linear, BatchNorm norm) {
    super(VERSION);
    this.linear = addChildBlock("linear", linear);
    this.norm = addChildBlock("norm", norm);
    if (linear.bias() != null) {
      linear.bias().freeze(true);
    }
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    linear.initialize(manager, dataType, inputShapes);
    norm.initialize(manager, dataType, linear.getOutputShapes(inputShapes));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return linear.getOutputShapes(inputShapes);
  }

  /**
   * Applies the layer; in training the running statistics follow.
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
    NDList affine =
        training
            ? fold(parameterStore, moments(x), true)
            : affineOfRunning(parameterStore, x.getDevice());
    return new NDList(x.matMul(affine.get(0)).add(affine.get(1)));
  }

  /**
   * {@return the mean and the covariance of a batch, divided by n - 1 or n as the variance is}
   *
   * @param x shape (…, batch, in)
   * @throws IllegalArgumentException if the variance divides by n - 1 and n is 1
   */
  public Moments moments(NDArray x) {
    int dimension = x.getShape().dimension();
    long n = x.getShape().get(dimension - 2);
    norm.checkSamples(n);
    NDArray mean = x.mean(ROWS, true);
    NDArray centered = x.sub(mean);
    NDArray divisor = Constants.create(x.getManager(), norm.hasPopulationVariance() ? n : n - 1.0);
    NDArray covariance =
        centered.swapAxes(dimension - 2, dimension - 1).matMul(centered).div(divisor);
    return new Moments(mean, covariance);
  }

  /**
   * {@return the same of a batch whose rows are elsewhere}
   *
   * @param rows n
   * @param mean (…, 1, in)
   * @param squares the sums of products of deviations from the mean, (…, in, in)
   * @throws IllegalArgumentException if the variance divides by n - 1 and n is 1
   */
  public Moments moments(long rows, NDArray mean, NDArray squares) {
    norm.checkSamples(rows);
    NDArray divisor =
        Constants.create(mean.getManager(), norm.hasPopulationVariance() ? rows : rows - 1.0);
    return new Moments(mean, squares.div(divisor));
  }

  /**
   * Lets the running statistics follow a batch whose rows are elsewhere.
   *
   * @param parameterStore where the values of the parameters are
   * @param moments those of the batch
   */
  public void follow(ParameterStore parameterStore, Moments moments) {
    fold(parameterStore, moments, true);
  }

  /**
   * The weight and the bias that the layer amounts to in evaluation.
   *
   * @param parameterStore where the values of the parameters are
   * @param device where the values are wanted
   * @return W' of shape (…, in, units) and b' of shape (…, 1, units)
   */
  public NDList affineOfRunning(ParameterStore parameterStore, Device device) {
    NDList affine = linear.affine(parameterStore, device, false);
    NDArray factor =
        row(norm.scale(), parameterStore, device, false)
            .div(row(norm.runningStd(), parameterStore, device, false));
    NDArray mu = row(norm.runningMean(), parameterStore, device, false);
    NDArray offset = affine.size() == 1 ? mu.neg() : affine.get(1).sub(mu);
    NDArray beta = row(norm.shift(), parameterStore, device, false);
    return new NDList(affine.get(0).mul(factor), offset.mul(factor).add(beta));
  }

  /**
   * What the layer amounts to in training, with the graph that leads to the parameters where
   * gradients are on.
   *
   * @param parameterStore where the values of the parameters are
   * @param moments those of the whole batch
   * @param follow whether the running statistics follow; once for each batch, in however many
   *     pieces that comes
   * @return W' of shape (…, in, units) and b' of shape (…, 1, units)
   */
  NDList fold(ParameterStore parameterStore, Moments moments, boolean follow) {
    NDArray mean = moments.mean();
    Device device = mean.getDevice();
    NDArray w = linear.affine(parameterStore, device, true).get(0);
    NDArray gamma = row(norm.scale(), parameterStore, device, true);
    NDArray beta = row(norm.shift(), parameterStore, device, true);
    NDArray variance = moments.covariance().matMul(w).mul(w).sum(ROWS, true);
    NDArray std = variance.add(scalars().epsilon()).sqrt();
    if (follow) {
      follow(mean.matMul(w), std);
    }
    NDArray weight = w.mul(gamma.div(std));
    return new NDList(weight, beta.sub(mean.matMul(weight)));
  }

  /** A parameter of {@link BatchNorm}, one value for each unit, as (…, 1, units). */
  private static NDArray row(
      Parameter parameter, ParameterStore parameterStore, Device device, boolean training) {
    return asRow(parameterStore.getValue(parameter, device, training));
  }

  private static NDArray asRow(NDArray perUnit) {
    return perUnit.expandDims(perUnit.getShape().dimension() - 1);
  }

  /** running ← λ running + (1 - λ) batch, outside the gradient. */
  private void follow(NDArray meanWithoutBias, NDArray std) {
    NDArray mean = meanWithoutBias.stopGradient();
    if (linear.bias() != null) {
      mean = mean.add(linear.bias().getArray());
    }
    follow(norm.runningMean(), mean);
    follow(norm.runningStd(), std.stopGradient());
  }

  private void follow(Parameter running, NDArray batch) {
    NDArray row = asRow(running.getArray());
    row.muli(scalars().lambda()).addi(batch.mul(scalars().oneMinusLambda()));
  }

  /** The layer's numbers as arrays, made once. */
  private record Scalars(NDArray epsilon, NDArray lambda, NDArray oneMinusLambda) {}

  private Scalars scalars() {
    if (scalars == null) {
      NDManager manager = linear.weight().getArray().getManager();
      scalars =
          new Scalars(
              Constants.lasting(manager, norm.epsilon()),
              Constants.lasting(manager, norm.lambda()),
              Constants.lasting(manager, 1 - norm.lambda()));
    }
    return scalars;
  }

  @Override
  public String toString() {
    return "LinearBatchNorm(" + linear + ", " + norm + ")";
  }
}
