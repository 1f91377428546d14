package io.github.batchnormlab.train;

import ai.djl.Device;
import io.github.batchnormlab.data.Source;
import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.InitialWeights;
import io.github.batchnormlab.model.Network;
import io.github.batchnormlab.model.Sizes;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Init;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import java.util.stream.IntStream;

/** What a study makes a training from, for tests that look at one training alone. */
public final class Parts {
  private Parts() {}

  /** The widths of the article's network. */
  public static Sizes sizes(Settings settings) {
    return new Sizes(3, settings.net().hidden(), 3);
  }

  /** An arm's network for so many replicas. */
  public static Network network(Arm arm, Settings settings, int replicas) {
    return Network.create(arm, sizes(settings), settings, replicas);
  }

  /** The points of some replicas, on the CPU. */
  public static DeviceData data(Settings settings, Replicas replicas) throws TableException {
    try (Source source = Source.open(settings)) {
      return DeviceData.of(
          replicas.size(),
          replica -> source.rows(settings.fit().seed() + replicas.first() + replica),
          Device.cpu(),
          Values.dataType(settings.fit().precision()));
    }
  }

  /** The weights that some replicas start from. */
  public static InitialWeights weights(Settings settings, Replicas replicas) {
    return InitialWeights.join(
        seeds(settings, replicas)
            .mapToObj(
                seed ->
                    InitialWeights.draw(seed, sizes(settings), settings.net().bias(), Init.NORMAL))
            .toList());
  }

  private static IntStream seeds(Settings settings, Replicas replicas) {
    return IntStream.range(replicas.first(), replicas.end())
        .map(replica -> settings.fit().seed() + replica);
  }
}
