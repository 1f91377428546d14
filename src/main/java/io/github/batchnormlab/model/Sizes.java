package io.github.batchnormlab.model;

import io.github.batchnormlab.study.Layers;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How wide a network is.
 *
 * @param inputs the features
 * @param hidden the hidden layers
 * @param outputs the targets
 */
public record Sizes(int inputs, Layers hidden, int outputs) {

  /** All widths from the inputs to the outputs. */
  private List<Integer> all() {
    return Stream.of(Stream.of(inputs), hidden.units().stream(), Stream.of(outputs))
        .flatMap(widths -> widths)
        .toList();
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
    return weights + 4.0 * hidden.units().stream().mapToLong(Integer::longValue).sum();
  }
}
