package io.github.batchnormlab.nn.fast;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.engine.Constants;
import io.github.batchnormlab.nn.BatchNorm;

/**
 * What {@link BatchNorm} computes in training, by PyTorch's own kernel for batch normalization.
 *
 * <p>One kernel does what takes the definition seven passes over the activations, and another one
 * the way back. PyTorch's divides the variance by n. Where ours divides by n - 1, ε and the scale
 * make up for it, exactly:
 *
 * <pre>
 * σ_B² = n/(n - 1) · v + ε = n/(n - 1) · (v + ε'),   ε' = ε (n - 1)/n
 * (x - μ_B) / σ_B · γ      = (x - μ_B) / sqrt(v + ε') · γ sqrt((n - 1)/n)
 * </pre>
 *
 * <p>where v is the variance that divides by n. The kernel has running statistics, of the variance
 * that divides by n - 1. With a momentum of 1 they are those of the batch, and the running ones of
 * {@code BatchNorm} follow them.
 *
 * <p>In float64 the two agree to rounding. In float32 the kernel's sums over a large batch round
 * more: of 10,000 rows whose mean is ten deviations from 0, to 1e-5 of the result, where the
 * definition's round to 4e-7.
 *
 * <p>The input is (replicas, batch, units), or (batch, channels, height, width) without replicas.
 * The kernel knows no replicas: their units stand side by side for it, which takes a copy of the
 * input if there are several.
 */
public final class NativeBatchNorm {
  private static final double ALL_OF_THE_BATCH = 1;

  /** Axes of feature maps. */
  private static final int MAPS = 4;

  private final BatchNorm norm;

  /**
   * @param norm the definition, with the parameters
   */
  public NativeBatchNorm(BatchNorm norm) {
    this.norm = norm;
  }

  /**
   * {@return the input normalized as in training} The running statistics follow.
   *
   * @param store where the values of the parameters are
   * @param z (replicas, batch, units), or (batch, channels, height, width) of a norm without
   *     replicas
   * @throws IllegalArgumentException if the variance divides by n - 1 and n is 1
   */
  public NDArray forward(ParameterStore store, NDArray z) {
    Shape shape = z.getShape();
    if (shape.dimension() == MAPS) {
      return ofMaps(store, z);
    }
    long replicas = shape.get(0);
    long n = shape.get(1);
    norm.checkSamples(n);
    if (n == 1) { // There is nothing that the kernel could tell of the variance.
      return norm.forward(store, new NDList(z), true).singletonOrThrow();
    }
    Shape perUnit = new Shape(replicas * shape.get(2));
    NDArray normalized = byKernel(store, sideBySide(z, perUnit), perUnit, n);
    return replicas == 1
        ? normalized.reshape(shape)
        : normalized.reshape(n, replicas, shape.get(2)).transpose(1, 0, 2);
  }

  /** The same of feature maps, (batch, channels, height, width), without replicas. */
  private NDArray ofMaps(ParameterStore store, NDArray z) {
    Shape shape = z.getShape();
    long n = shape.get(0) * shape.get(2) * shape.get(3);
    norm.checkSamples(n);
    return n == 1
        ? norm.forward(store, new NDList(z), true).singletonOrThrow()
        : byKernel(store, z, new Shape(shape.get(1)), n);
  }

  /**
   * @param x with the units on the second axis
   * @param n how many values of each unit there are
   */
  private NDArray byKernel(ParameterStore store, NDArray x, Shape perUnit, long n) {
    NDManager manager = x.getManager();
    NDArray gamma = value(norm.scale(), store, x.getDevice()).reshape(perUnit);
    NDArray beta = value(norm.shift(), store, x.getDevice()).reshape(perUnit);
    double epsilon = norm.epsilon();
    if (!norm.hasPopulationVariance()) {
      double share = (n - 1.0) / n;
      gamma = gamma.mul(Constants.create(manager, Math.sqrt(share)));
      epsilon *= share;
    }
    NDArray mean = manager.zeros(perUnit, x.getDataType());
    NDArray variance = manager.zeros(perUnit, x.getDataType());
    NDArray normalized =
        JniUtils.batchNorm(
            (PtNDArray) x,
            (PtNDArray) mean,
            (PtNDArray) variance,
            (PtNDArray) gamma,
            (PtNDArray) beta,
            true,
            ALL_OF_THE_BATCH,
            epsilon);
    follow(mean, variance, n);
    return normalized;
  }

  private static NDArray value(Parameter parameter, ParameterStore store, Device device) {
    return store.getValue(parameter, device, true);
  }

  private static NDArray sideBySide(NDArray z, Shape perUnit) {
    NDArray rowsFirst = z.getShape().get(0) == 1 ? z : z.transpose(1, 0, 2);
    return rowsFirst.reshape(-1, perUnit.get(0));
  }

  /**
   * running ← λ running + (1 - λ) batch. Nothing here has a gradient, so numbers are safe; the
   * arrays stay as they are, because the kernel keeps them for the way back.
   */
  private void follow(NDArray mean, NDArray variance, long n) {
    NDArray own = norm.hasPopulationVariance() ? variance.mul((n - 1.0) / n) : variance;
    follow(norm.runningMean().getArray(), mean);
    follow(norm.runningStd().getArray(), own.add(norm.epsilon()).sqrt());
  }

  private void follow(NDArray running, NDArray batch) {
    running.muli(norm.lambda()).addi(batch.mul(1 - norm.lambda()).reshape(running.getShape()));
  }
}
