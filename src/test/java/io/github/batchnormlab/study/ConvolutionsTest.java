package io.github.batchnormlab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConvolutionsTest {

  @Test
  void layersAreChannelsAndKernels() {
    assertEquals(
        List.of(new Convolutions.Layer(6, 5), new Convolutions.Layer(16, 3)),
        Convolutions.parse("6x5, 16x3").layers());
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "6x5", "6x5,16x5", "1x1,1x1,1x1"})
  void theyAreWrittenAsTheyAreRead(String text) {
    assertEquals(text, Convolutions.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "6",
        "6x",
        "x5",
        "0x5",
        "6x0",
        "-6x5",
        "6x5x1",
        "6x5,",
        "10001x5",
        "6x2147483647",
        "6x2147483648",
        "None"
      })
  void othersAreRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Convolutions.parse(text));
  }

  @Test
  void moreThanAHundredAreRefused() {
    assertEquals(100, Convolutions.parse("1x1,".repeat(99) + "1x1").count());
    String many = "1x1,".repeat(100) + "1x1";
    assertThrows(IllegalArgumentException.class, () -> Convolutions.parse(many));
  }
}
