package io.github.batchnormlab.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.gson.JsonObject;
import io.github.batchnormlab.TableCase;
import io.github.batchnormlab.study.Init;
import io.github.batchnormlab.study.Layers;
import io.github.batchnormlab.study.Settings;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InitialWeightsTest {
  private static final Sizes SIZES = new Sizes(5, new Layers(List.of(4, 3)), 2);

  static Stream<TableCase> uniformCases() {
    return TableCase.all().stream().filter(of -> init(of) == Init.PYTORCH);
  }

  static Stream<TableCase> normalCases() {
    return TableCase.all().stream().filter(of -> init(of) == Init.NORMAL);
  }

  private static Init init(TableCase of) {
    return Init.valueOf(of.text("init").toUpperCase(Locale.ROOT));
  }

  private static Map<String, double[]> drawn(TableCase of) {
    return InitialWeights.draw(of.number("seed"), sizes(of), true, init(of)).values();
  }

  private static Sizes sizes(TableCase of) {
    int outputs = of.classes() == null ? of.targets().size() : of.classes().size();
    Layers hidden = new Layers(of.numbers("hidden"));
    JsonObject weight = of.facts().getAsJsonObject("weights").getAsJsonObject("weight1");
    return new Sizes(weight.get("size").getAsInt() / hidden.units().get(0), hidden, outputs);
  }

  /**
   * The bits depend on the processor: the reference was made with fused multiply-add, as every
   * x86-64 of the last ten years and every ARM has it.
   */
  @ParameterizedTest
  @MethodSource("uniformCases")
  void uniformWeightsArePyTorchsToTheLastBit(TableCase of) throws Exception {
    Map<String, double[]> drawn = drawn(of);
    JsonObject expected = of.facts().getAsJsonObject("weights");
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(drawn.keySet()));
    for (String name : expected.keySet()) {
      JsonObject facts = expected.getAsJsonObject(name);
      double[] values = drawn.get(name);
      double[] first = TableCase.flat(facts.get("first"));
      assertEquals(facts.get("size").getAsInt(), values.length, name);
      assertArrayEquals(first, Arrays.copyOf(values, first.length), name);
      assertEquals(facts.get("last").getAsDouble(), values[values.length - 1], name);
      assertEquals(facts.get("sum").getAsDouble(), exactSum(values), name);
      assertEquals(facts.get("sha256").getAsString(), digest(values), name);
    }
  }

  /** Logarithm and cosine are not the same in all versions of PyTorch, to the last bit. */
  @ParameterizedTest
  @MethodSource("normalCases")
  void normalWeightsArePyTorchsButForRounding(TableCase of) {
    Map<String, double[]> drawn = drawn(of);
    JsonObject expected = of.facts().getAsJsonObject("weights");
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(drawn.keySet()));
    for (String name : expected.keySet()) {
      JsonObject facts = expected.getAsJsonObject(name);
      double[] values = drawn.get(name);
      double[] first = TableCase.flat(facts.get("first"));
      assertEquals(facts.get("size").getAsInt(), values.length, name);
      assertArrayEquals(first, Arrays.copyOf(values, first.length), 1e-15, name);
      assertEquals(facts.get("last").getAsDouble(), values[values.length - 1], 1e-15, name);
      assertEquals(facts.get("sum").getAsDouble(), exactSum(values), 1e-13, name);
    }
  }

  private static double exactSum(double[] values) {
    return Arrays.stream(values)
        .mapToObj(BigDecimal::new)
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .doubleValue();
  }

  /** Of all bits, in the order of the values. */
  private static String digest(double[] values) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * values.length);
    bytes.asDoubleBuffer().put(values);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
  }

  /** 1 / sqrt(in) is the rule, and the values use all of the interval. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 64, 300})
  void pytorchsWeightsLieWithinTheRootOfTheInputs(int inputs) {
    Sizes sizes = new Sizes(inputs, new Layers(List.of(2_000)), 1);
    Map<String, double[]> drawn = InitialWeights.draw(7, sizes, true, Init.PYTORCH).values();
    for (String name : List.of("weight1", "bias1")) {
      double largest = Arrays.stream(drawn.get(name)).map(Math::abs).max().orElseThrow();
      assertTrue(largest <= 1 / Math.sqrt(inputs), name + ": " + largest);
      assertTrue(largest > 0.99 / Math.sqrt(inputs), name + ": " + largest);
      assertTrue(Arrays.stream(drawn.get(name)).anyMatch(v -> v < 0), name);
    }
  }

  /** Row by row (out, in) is drawn, and (in, out) is kept. */
  @Test
  void pytorchsWeightIsTransposed() {
    Sizes wide = new Sizes(2, new Layers(List.of(3)), 1);
    Sizes flat = new Sizes(2, new Layers(List.of(1)), 1);
    double[] weight = InitialWeights.draw(3, wide, true, Init.PYTORCH).values().get("weight1");
    double[] row = InitialWeights.draw(3, flat, true, Init.PYTORCH).values().get("weight1");
    assertArrayEquals(row, new double[] {weight[0], weight[3]});
  }

  /**
   * After {@code torch.manual_seed(7)}, {@code torch.nn.init.xavier_uniform_} of float64 tensors of
   * (4, 5), (3, 4) and (2, 3), made with PyTorch 1.13: digests of their transposes.
   */
  @Test
  void xaviersWeightsArePyTorchsToTheLastBitAndBiasesAreZero() throws Exception {
    Map<String, double[]> drawn = InitialWeights.draw(7, SIZES, true, Init.XAVIER).values();
    assertEquals(-0.3602702493343318, drawn.get("weight1")[0]);
    List<String> digests =
        List.of(
            "1e112de103e2bb3ac68e78ce3abc750d45bf6a9c5b564fa8e3778985ca4d7dc4",
            "a920be9074a4b50e30e2f85aaf2b70fb38bf615856ae5577d61545c3ce94ceea",
            "ddec7531a10b4d1d0dd8d13dbdc5555a2ecf63cd66c6f3f7079d0ceac722a540");
    for (int layer = 1; layer <= digests.size(); layer++) {
      assertEquals(digests.get(layer - 1), digest(drawn.get("weight" + layer)));
      double[] bias = drawn.get("bias" + layer);
      assertArrayEquals(new double[bias.length], bias);
    }
  }

  @Test
  void withoutABiasTheNextWeightComesAtOnce() {
    for (Init init : Init.values()) {
      Map<String, double[]> with = InitialWeights.draw(0, SIZES, true, init).values();
      Map<String, double[]> without = InitialWeights.draw(0, SIZES, false, init).values();
      assertEquals(
          List.of("weight1", "weight2", "weight3", "bias3"), List.copyOf(without.keySet()));
      assertArrayEquals(with.get("weight1"), without.get("weight1"));
      if (init == Init.XAVIER) { // Its biases are zero, and take no numbers.
        assertArrayEquals(with.get("weight2"), without.get("weight2"));
      } else {
        assertNotEquals(with.get("weight2")[0], without.get("weight2")[0]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Init.class)
  void float32HasTheSameValuesRounded(Init init) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Network network = Network.create(Arms.NONE, SIZES, Settings.defaults(), 1);
      InitialWeights weights = InitialWeights.draw(0, SIZES, true, init);
      weights.into(network);
      network.block().initialize(manager, DataType.FLOAT32, network.inputShape(1));
      double[] exact = weights.values().get("weight1");
      float[] found = network.parameters().get("weight1").getArray().toFloatArray();
      for (int i = 0; i < exact.length; i++) {
        assertEquals((float) exact[i], found[i]);
      }
    }
  }
}
