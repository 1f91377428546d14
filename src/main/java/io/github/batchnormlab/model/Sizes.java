package io.github.batchnormlab.model;

import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.Layers;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How wide a network is.
 *
 * @param inputs the features
 * @param convolutions the convolutional layers before the hidden ones; none for a perceptron
 * @param hidden the hidden layers
 * @param outputs the targets
 */
public record Sizes(int inputs, List<ConvolutionSize> convolutions, Layers hidden, int outputs) {

  /**
   * Takes a copy.
   *
   * @param inputs the features
   * @param convolutions the convolutional layers before the hidden ones; none for a perceptron
   * @param hidden the hidden layers
   * @param outputs the targets
   */
  public Sizes {
    convolutions = List.copyOf(convolutions);
  }

  /**
   * A perceptron.
   *
   * @param inputs the features
   * @param hidden the hidden layers
   * @param outputs the targets
   */
  public Sizes(int inputs, Layers hidden, int outputs) {
    this(inputs, List.of(), hidden, outputs);
  }

  /**
   * {@return those of a study's networks}
   *
   * @param image the shape of the image that a row is; empty if it is none
   * @param inputs the features
   * @param net the layers
   * @param outputs the targets
   * @throws SettingException if the image is too small for the convolutions
   */
  public static Sizes of(Optional<ImageSize> image, int inputs, Settings.Net net, int outputs) {
    return new Sizes(
        inputs,
        image.map(size -> ConvolutionSize.of(size, net.conv())).orElse(List.of()),
        net.hidden(),
        outputs);
  }

  /** All widths from what the first linear layer takes to the outputs. */
  private List<Integer> all() {
    List<Integer> all = new ArrayList<>();
    all.add(flattened());
    all.addAll(hidden.units());
    all.add(outputs);
    return all;
  }

  /** How many values the first linear layer takes. */
  int flattened() {
    return convolutions.isEmpty()
        ? inputs
        : convolutions.get(convolutions.size() - 1).pooled().values();
  }

  /**
   * The linear layers.
   *
   * @return for each layer what goes in and what comes out
   */
  List<int[]> linear() {
    List<Integer> all = all();
    return IntStream.range(1, all.size())
        .mapToObj(i -> new int[] {all.get(i - 1), all.get(i)})
        .toList();
  }

  /** {@return weights, biases, and four numbers for each normalized unit, of one network} */
  public double parameters() {
    double weights = linear().stream().mapToDouble(layer -> (layer[0] + 1.0) * layer[1]).sum();
    return weights + kernels() + 4.0 * (units() + maps());
  }

  /** {@return those of them that are there because of convolutions, and not of hidden layers} */
  public double parametersOfConvolutions() {
    if (convolutions.isEmpty()) {
      return 0;
    }
    int[] first = linear().get(0);
    double handedOver = first[0] > first[1] ? (double) first[0] * first[1] : 0;
    return kernels() + handedOver + 4.0 * maps();
  }

  private double kernels() {
    return convolutions.stream().mapToDouble(c -> (c.weights() + 1.0) * c.channels()).sum();
  }

  /** {@return the units of all hidden layers} */
  public double units() {
    return hidden.units().stream().mapToDouble(Integer::doubleValue).sum();
  }

  /** {@return the values of all feature maps of an image} */
  public double maps() {
    return convolutions.stream().mapToDouble(c -> c.convolved().values()).sum();
  }
}
