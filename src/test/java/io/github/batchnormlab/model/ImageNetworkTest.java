package io.github.batchnormlab.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonArray;
import io.github.batchnormlab.DisturbedLoss;
import io.github.batchnormlab.FreedMemory;
import io.github.batchnormlab.ImageCase;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.nn.Gradients;
import io.github.batchnormlab.nn.SoftmaxCrossEntropy;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.Settings;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ImageNetworkTest {
  private static final int ROWS = 7;
  private static final int CLASSES = 3;
  private static final ImageSize IMAGE = new ImageSize(1, 9, 9);

  private static Settings settings(Arm arm) {
    return Settings.parse(
        Map.of("data", "images", "conv", "3x2,4x2", "hidden", "5", "arms", arm.id()));
  }

  private static Sizes sizes(Settings settings) {
    return Sizes.of(Optional.of(IMAGE), IMAGE.values(), settings.net(), CLASSES);
  }

  /** 9 - 2 + 1 = 8 and 4 are left of the first layer, 3 and 1 of the second. */
  @Test
  void eachLayerLeavesHalfOfWhatItsKernelLeaves() {
    Sizes sizes = sizes(settings(Arms.NONE));
    assertEquals(new ImageSize(3, 8, 8), sizes.convolutions().get(0).convolved());
    assertEquals(new ImageSize(3, 4, 4), sizes.convolutions().get(1).in());
    assertEquals(new ImageSize(4, 3, 3), sizes.convolutions().get(1).convolved());
    assertEquals(new ImageSize(4, 1, 1), sizes.convolutions().get(1).pooled());
    // 3 (4 + 1) + 4 (12 + 1) + 5 (4 + 1) + 3 (5 + 1), and four of each unit and value.
    assertEquals(110 + 4 * (192 + 36 + 5), sizes.parameters());
  }

  static List<ImageCase> cases() {
    return ImageCase.all();
  }

  /** Weights and biases of convolutions and linear layers, of both kinds of drawing. */
  @ParameterizedTest
  @MethodSource("cases")
  void initialWeightsArePyTorchsToTheLastBit(ImageCase of) throws Exception {
    Settings settings = of.settings(of.text("arm"));
    Sizes sizes = Sizes.of(Optional.of(new ImageSize(1, 28, 28)), 784, settings.net(), 10);
    Map<String, double[]> drawn =
        InitialWeights.draw(settings.fit().seed(), sizes, true, settings.net().init()).values();
    JsonArray expected = of.facts().getAsJsonArray("weights");
    assertEquals(2 * expected.size(), drawn.size());
    for (int layer = 1; layer <= expected.size(); layer++) {
      double[] weight = drawn.get("weight" + layer);
      int linear = layer - 1 - sizes.convolutions().size();
      if (linear >= 0) {
        int out = sizes.linear().get(linear)[1];
        double[] kept = weight;
        weight = new double[kept.length];
        int in = kept.length / out;
        for (int i = 0; i < kept.length; i++) {
          weight[i] = kept[i % in * out + i / in];
        }
      }
      JsonArray digests = expected.get(layer - 1).getAsJsonArray();
      assertEquals(digests.get(0).getAsString(), digest(weight), "weight" + layer);
      assertEquals(digests.get(1).getAsString(), digest(drawn.get("bias" + layer)));
    }
  }

  private static String digest(double[] values) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * values.length);
    bytes.asDoubleBuffer().put(values);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
  }

  /** DJL's number operands corrupt gradients when garbage is collected; ours must not. */
  @ParameterizedTest
  @EnumSource(Arms.class)
  void collectingBetweenForwardAndBackwardChangesNothing(Arm arm) {
    List<double[]> undisturbed = gradients(arm, () -> {});
    List<double[]> disturbed = gradients(arm, FreedMemory::overwrite);
    for (int i = 0; i < undisturbed.size(); i++) {
      assertArrayEquals(undisturbed.get(i), disturbed.get(i));
    }
  }

  private static List<double[]> gradients(Arm arm, Runnable disturbance) {
    Settings settings = settings(arm);
    Sizes sizes = sizes(settings);
    Network network = Network.create(arm, sizes, settings, 1);
    InitialWeights.draw(3, sizes, true, settings.net().init()).into(network);
    double[] pixels = new Random(1).doubles(ROWS * IMAGE.values()).toArray();
    double[] labels = new Random(2).ints(ROWS, 0, CLASSES).asDoubleStream().toArray();
    Autograd asBefore = new Autograd();
    Autograd.off();
    List<double[]> found = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      network.block().initialize(manager, DataType.FLOAT64, network.inputShape(2));
      network
          .parameters()
          .values()
          .forEach(each -> each.getArray().setRequiresGradient(each.requiresGradient()));
      NDArray x =
          Values.array(manager, pixels, new Shape(1, ROWS, IMAGE.values()), DataType.FLOAT64);
      NDArray y = Values.array(manager, labels, new Shape(1, ROWS, 1), DataType.FLOAT64);
      Gradients gradients =
          network.gradients(
              new ParameterStore(manager, false),
              network.batch(x, y, true),
              new DisturbedLoss(new SoftmaxCrossEntropy(), disturbance),
              1);
      found.add(gradients.losses());
      gradients.ofParameters().values().forEach(each -> found.add(Values.of(each)));
    } finally {
      asBefore.close();
    }
    return found;
  }
}
