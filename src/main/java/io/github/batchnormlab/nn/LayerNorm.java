package io.github.batchnormlab.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;

/**
 * Layer normalization with learned scale and shift.
 *
 * <p>In training and in evaluation alike, with mean and variance taken over the features of each
 * row by itself; the variance divides by the number of features:
 *
 * <pre>
 * μ     = mean(x)
 * σ     = sqrt(mean((x - μ)²) + ε)
 * x_new = (x - μ) / σ · scale + shift
 * </pre>
 *
 * <p>The scale (from ones) and the shift (from zeros) are learned, one of each for each feature. It
 * is what {@code torch.nn.LayerNorm(features, eps=ε)} computes.
 *
 * <p>The input is (batch, …, features), normalized over its last axis. With {@link
 * Builder#optReplicas(int)} one more axis leads, (replicas, batch, …, features), and each replica
 * has a scale and a shift of its own. The output has the shape of the input; scale and shift are
 * (features) or (replicas, features). An input of fewer axes is refused with an {@link
 * IllegalArgumentException} when the block is initialized.
 *
 * <p>Source: J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer Normalization", 2016.
 */
public final class LayerNorm extends RowNorm {
  private LayerNorm(Builder builder) {
    super(builder, true);
  }

  /**
   * Starts a block with ε = 1e-6.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  NDArray normalized(NDArray x) {
    NDArray centered = x.sub(mean(x));
    return centered.div(rootMeanSquare(centered));
  }

  /** {@return the learned shift} */
  public Parameter shift() {
    return shiftOrNull();
  }

  /** What a block is made of; everything has a default. */
  public static final class Builder extends RowNormBuilder<Builder> {
    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * @return the block
     * @throws IllegalArgumentException if ε is not a finite number above 0, or the number of
     *     replicas is negative
     */
    public LayerNorm build() {
      check();
      return new LayerNorm(this);
    }
  }
}
