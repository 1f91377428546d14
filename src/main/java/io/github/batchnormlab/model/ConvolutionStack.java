package io.github.batchnormlab.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.nn.Reshape;
import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The convolutional layers of a network: each a convolution without padding, the arm's
 * normalization, the activation, and average pooling of 2 x 2.
 *
 * <p>The input is (rows, pixels) and the output (rows, values). Where the network has an axis of
 * replicas, (1, rows, ...), it holds one: those of a convolution would be groups of its channels,
 * for which PyTorch's kernels on a processor are no faster.
 */
final class ConvolutionStack {
  private static final Shape POOL = new Shape(2, 2);

  private final Sizes sizes;
  private final boolean hasReplicas;
  private final List<Layer> layers = new ArrayList<>();
  private final Block activation;
  private final Block pool = Pool.avgPool2dBlock(POOL, POOL);

  /**
   * A layer.
   *
   * @param norm what stands behind the convolution, or null
   */
  private record Layer(ConvolutionSize size, Conv2d convolution, Normalization norm) {}

  /**
   * @param replicas 0 or 1
   */
  ConvolutionStack(NetworkArm arm, Sizes sizes, Settings settings, Block activation, int replicas) {
    if (replicas > 1) {
      throw new IllegalArgumentException("Convolutions have one replica");
    }
    this.sizes = sizes;
    this.activation = activation;
    hasReplicas = replicas == 1;
    for (ConvolutionSize size : sizes.convolutions()) {
      Conv2d convolution =
          Conv2d.builder()
              .setFilters(size.channels())
              .setKernelShape(new Shape(size.kernel(), size.kernel()))
              .optBias(settings.net().bias())
              .build();
      Normalization norm = arm.ofMaps(size.convolved(), settings);
      layers.add(new Layer(size, convolution, norm));
    }
  }

  private Shape images() {
    return maps(sizes.convolutions().get(0).in());
  }

  private static Shape maps(ImageSize size) {
    return new Shape(-1, size.channels(), size.height(), size.width());
  }

  private Shape rows() {
    return rows(sizes.flattened());
  }

  private Shape rows(long values) {
    return hasReplicas ? new Shape(1, -1, values) : new Shape(-1, values);
  }

  /** Adds the layers by their definition. */
  void addTo(SequentialBlock block) {
    block.add(new Reshape(images()));
    for (Layer layer : layers) {
      block.add(layer.convolution);
      if (layer.norm != null) {
        block.add(layer.norm.block());
      }
      block.add(activation);
      block.add(pool);
    }
    block.add(new Reshape(rows()));
  }

  /** What stands behind the convolutions, where it is anything. */
  List<Normalization> norms() {
    List<Normalization> norms = new ArrayList<>();
    layers.stream().filter(layer -> layer.norm != null).forEach(layer -> norms.add(layer.norm));
    return norms;
  }

  /** The biases that normalization cancels keep their initial values. */
  void freezeBiases() {
    for (Layer layer : layers) {
      if (layer.norm != null && layer.norm.cancelsBias()) {
        parameter(layer, Parameter.Type.BIAS).ifPresent(bias -> bias.freeze(true));
      }
    }
  }

  private static Optional<Parameter> parameter(Layer layer, Parameter.Type type) {
    return layer.convolution.getDirectParameters().values().stream()
        .filter(parameter -> parameter.getType() == type)
        .findFirst();
  }

  int count() {
    return layers.size();
  }

  /** The convolution of a layer, from 0. */
  Block convolution(int layer) {
    return layers.get(layer).convolution;
  }

  /** What stands behind it, or null. */
  Normalization norm(int layer) {
    return layers.get(layer).norm;
  }

  /**
   * Layer by layer, as in training.
   *
   * @param x (rows, pixels), perhaps behind an axis of replicas
   * @param tap is told, or is null
   * @return (rows, values), behind that axis
   */
  NDArray through(ParameterStore store, NDArray x, Tap tap) {
    NDArray h = x.reshape(images());
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      NDArray z = forward(layer.convolution, store, h);
      if (tap != null) {
        tapAffine(store, i, z, tap);
      }
      if (layer.norm != null) {
        z = layer.norm.train(store, z);
      }
      if (tap != null) {
        Shape shape = z.getShape();
        z = tap.input(i + 1, z.reshape(rows(layer.size.convolved().values()))).reshape(shape);
      }
      h = forward(pool, store, forward(activation, store, z));
    }
    return h.reshape(rows());
  }

  private static NDArray forward(Block block, ParameterStore store, NDArray x) {
    return block.forward(store, new NDList(x), true).singletonOrThrow();
  }

  private void tapAffine(ParameterStore store, int index, NDArray z, Tap tap) {
    Layer layer = layers.get(index);
    long channels = layer.size.channels();
    NDArray weight =
        value(layer, Parameter.Type.WEIGHT, store, z)
            .orElseThrow()
            .reshape(1, channels, -1)
            .transpose(0, 2, 1);
    Optional<NDArray> bias =
        value(layer, Parameter.Type.BIAS, store, z).map(each -> each.reshape(1, 1, channels));
    if (layer.norm == null) {
      tap.affine(index + 1, weight, bias.orElse(null));
      return;
    }
    layer
        .norm
        .factorAndOffset(store, z)
        .ifPresent(
            by -> {
              NDArray factor = by.get(0).reshape(1, 1, channels);
              NDArray offset = by.get(1).reshape(1, 1, channels);
              tap.affine(
                  index + 1,
                  weight.mul(factor),
                  bias.map(each -> each.mul(factor).add(offset)).orElse(offset));
            });
  }

  private static Optional<NDArray> value(
      Layer layer, Parameter.Type type, ParameterStore store, NDArray z) {
    return parameter(layer, type).map(each -> store.getValue(each, z.getDevice(), true));
  }
}
