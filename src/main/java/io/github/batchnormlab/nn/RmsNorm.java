package io.github.batchnormlab.nn;

import ai.djl.ndarray.NDArray;

/**
 * Root mean square normalization with a learned scale.
 *
 * <p>In training and in evaluation alike, with the mean taken over the features of each row by
 * itself:
 *
 * <pre>
 * x_new = x / sqrt(mean(x²) + ε) · scale
 * </pre>
 *
 * <p>It is layer normalization that neither centers nor shifts. The scale (from ones) is learned,
 * one for each feature. It is what {@code torch.nn.RMSNorm(features, eps=ε)} computes.
 *
 * <p>The input is (batch, …, features), normalized over its last axis. With {@link
 * Builder#optReplicas(int)} one more axis leads, (replicas, batch, …, features), and each replica
 * has a scale of its own. The output has the shape of the input; the scale is (features) or
 * (replicas, features). An input of fewer axes is refused with an {@link IllegalArgumentException}
 * when the block is initialized.
 *
 * <p>Source: B. Zhang and R. Sennrich, "Root Mean Square Layer Normalization", 2019.
 */
public final class RmsNorm extends RowNorm {
  private RmsNorm(Builder builder) {
    super(builder, false);
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
    return x.div(rootMeanSquare(x));
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
    public RmsNorm build() {
      check();
      return new RmsNorm(this);
    }
  }
}
