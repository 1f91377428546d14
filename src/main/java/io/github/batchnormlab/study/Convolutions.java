package io.github.batchnormlab.study;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The convolutional layers of a network, from the input on. Each is a convolution without padding
 * and with stride 1, and average pooling of 2 x 2 behind its activation.
 *
 * @param layers the layers; none for a perceptron
 */
public record Convolutions(List<Layer> layers) {
  private static final String NONE = "none";

  private static final int MOST = 100;

  /** Of channels and of pixels: far more than a memory holds. */
  private static final int LARGEST = 10_000;

  private static final String RULE =
      "must be none, or CHANNELSxKERNEL of whole numbers from 1 to "
          + LARGEST
          + ", joined by commas, such as 6x5,16x5; and at most "
          + MOST
          + " layers";

  /**
   * A layer.
   *
   * @param channels how many feature maps it makes
   * @param kernel height and width of its kernel, in pixels
   */
  public record Layer(int channels, int kernel) {
    @Override
    public String toString() {
      return channels + "x" + kernel;
    }
  }

  /**
   * Takes a copy.
   *
   * @param layers the layers; none for a perceptron
   */
  public Convolutions {
    layers = List.copyOf(layers);
  }

  /**
   * Reads {@code 6x5,16x5}, or {@code none}.
   *
   * @throws IllegalArgumentException if it is neither; the message is the rule
   */
  static Convolutions parse(String text) {
    if (text.equals(NONE)) {
      return new Convolutions(List.of());
    }
    String[] parts = text.split(",", -1);
    if (parts.length > MOST) {
      throw new IllegalArgumentException(RULE);
    }
    List<Layer> layers = new ArrayList<>();
    for (String part : parts) {
      String[] numbers = part.strip().split("x", -1);
      if (numbers.length != 2) {
        throw new IllegalArgumentException(RULE);
      }
      layers.add(new Layer(positive(numbers[0]), positive(numbers[1])));
    }
    return new Convolutions(layers);
  }

  private static int positive(String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= LARGEST) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The rule covers it.
    }
    throw new IllegalArgumentException(RULE);
  }

  /** {@return how many layers} */
  public int count() {
    return layers.size();
  }

  @Override
  public String toString() {
    return layers.isEmpty()
        ? NONE
        : layers.stream().map(Layer::toString).collect(Collectors.joining(","));
  }
}
