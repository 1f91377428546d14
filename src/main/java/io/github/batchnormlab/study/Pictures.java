package io.github.batchnormlab.study;

import java.io.Serializable;
import java.util.List;

/**
 * What a network of a study on images can be shown by.
 *
 * @param size the shape of an image
 * @param examples the first test images, at most {@value #MOST}
 * @param wrong the first test images that are taken for another class, at most {@value #MOST}
 * @param kernel height and width of the filters of the first layer; 0 if it is no convolution
 * @param filters the weights of each of them, row by row, on the first channel
 */
public record Pictures(
    ImageSize size, List<Example> examples, List<Example> wrong, int kernel, double[][] filters)
    implements Serializable {
  /** More of each nobody looks at. */
  public static final int MOST = 12;

  /**
   * An image.
   *
   * @param pixels from 0 to 1, channel by channel and row by row
   * @param label the index of its class
   * @param said the index of the class that the network takes it for
   */
  public record Example(double[] pixels, int label, int said) implements Serializable {}

  /**
   * Takes copies of the lists.
   *
   * @param size the shape of an image
   * @param examples the first test images, at most {@value #MOST}
   * @param wrong the first test images that are taken for another class, at most {@value #MOST}
   * @param kernel height and width of the filters of the first layer; 0 if it is no convolution
   * @param filters the weights of each of them, row by row, on the first channel
   */
  public Pictures {
    examples = List.copyOf(examples);
    wrong = List.copyOf(wrong);
  }
}
