package io.github.batchnormlab.nn.fast;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.nn.LayerNorm;

/**
 * What {@link LayerNorm} computes in training, by PyTorch's own kernel: one pass over the rows, and
 * another one on the way back, where the definition takes eight.
 *
 * <p>The input is (batch, features), without replicas: each of them would need a call of its own.
 */
public final class NativeLayerNorm {
  private final LayerNorm norm;

  /**
   * @param norm the definition, with the parameters; it has no replicas
   */
  public NativeLayerNorm(LayerNorm norm) {
    this.norm = norm;
  }

  /**
   * {@return the input normalized}
   *
   * @param store where the values of the parameters are
   * @param x (batch, features), or (batch, …) with as many values behind the batch axis
   */
  public NDArray forward(ParameterStore store, NDArray x) {
    Shape row = x.getShape().slice(1);
    return JniUtils.layerNorm(
        (PtNDArray) x,
        row,
        value(norm.scale(), store, x, row),
        value(norm.shift(), store, x, row),
        norm.epsilon());
  }

  private static PtNDArray value(
      Parameter parameter, ParameterStore store, NDArray x, Shape shape) {
    return (PtNDArray) store.getValue(parameter, x.getDevice(), true).reshape(shape);
  }
}
