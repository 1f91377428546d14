package io.github.batchnormlab.model;

import ai.djl.ndarray.NDArray;

/** Sees what goes on inside a network in a training step. Layers count from 1. */
public interface Tap {

  /**
   * A layer amounts to {@code x W + b} on this batch, normalization included.
   *
   * @param layer the layer; the output layer comes behind the last hidden one
   * @param weight W, (replicas, in, units)
   * @param bias b, (replicas, 1, units), or null if there is none
   */
  void affine(int layer, NDArray weight, NDArray bias);

  /**
   * The input of a hidden layer's activation.
   *
   * @param layer the layer
   * @param z (replicas, rows, units)
   * @return what goes on into the activation
   */
  NDArray input(int layer, NDArray z);
}
