package io.github.batchnormlab.model;

import ai.djl.nn.Block;
import io.github.batchnormlab.study.Settings;

/**
 * A layer of your own, to compare with the others: {@code --arms none,mine=com.example.MyNorm}
 * names a public class with this interface and a public constructor without parameters.
 *
 * <p>The layer stands between each hidden linear layer and the activation behind it, and between
 * each convolution and its activation. Each such place and each replica has a block of its own.
 */
@FunctionalInterface
public interface NormalizationLayer {

  /**
   * Makes a layer.
   *
   * @param features the units of the linear layer before it, or the channels of the convolution
   * @param settings those of the study, such as {@code settings.net().epsilon()}
   * @return a block, not initialized, whose input and output are (batch, features), behind a
   *     convolution (batch, features, height, width). In training it sees all rows of a step at
   *     once, in evaluation some rows at a time. What it has to learn, and to save, are its {@link
   *     Block#getParameters() parameters}; their initial values are drawn after {@code
   *     torch.manual_seed} of the replica's seed. A layer that draws numbers while it trains, such
   *     as dropout, does train, but neither repeats nor goes on to the last digit.
   */
  Block make(int features, Settings settings);
}
