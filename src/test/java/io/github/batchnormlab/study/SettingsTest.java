package io.github.batchnormlab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.batchnormlab.model.Arms;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  @Test
  void theDefaultsAreTheArticles() {
    Settings settings = Settings.defaults();
    assertEquals(10_000, settings.fit().epochs());
    assertEquals(List.of(300), settings.net().hidden().units());
    assertEquals("1000", settings.data().trainSize().toString());
    assertEquals("300", settings.data().testSize().toString());
    assertEquals(List.of(Arms.BATCH_NORM, Arms.NONE), settings.net().arms());
  }

  @Test
  void aMessageNamesTheSettingAndItsValue() {
    var error = assertThrows(SettingException.class, () -> Settings.defaults().with("epochs", 0));
    assertEquals("--epochs must be at least 1, but is '0'.", error.getMessage());
  }

  @Test
  void oneTrainingPointIsEnoughForPopulationVariance() {
    Settings population =
        Settings.defaults().with("arms", List.of(Arms.BATCH_NORM_POPULATION, Arms.NONE));
    assertEquals(1, population.with("train-size", 1).data().trainSize().of(0));
    assertThrows(SettingException.class, () -> Settings.defaults().with("train-size", 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mine=A", "mine=com.example.MyNorm", "a-b2=Outer$Inner", "m=größe.Ä"})
  void anArmOfOnesOwnHasANameAndAClass(String text) {
    assertEquals(text, Settings.defaults().with("arms", text).net().arms().get(0).text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mine=", "mine=.A", "mine=A.", "mine=a..B", "mine=a b", "-a=A", "a-=A"})
  void otherArmsAreRefused(String text) {
    assertThrows(SettingException.class, () -> Settings.defaults().with("arms", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0:1", "-1:-0", "-0.0:1e-320", "0.1:100"})
  void aRangeIsReadAsItIsWritten(String text) {
    Range range = Range.parse(text);
    assertEquals(range, Range.parse(range.toString()));
  }

  /** A text may come from a file that somebody has made to keep a reader busy. */
  @Test
  void longTextsAreReadInOneGo() {
    String name = "a" + "-a".repeat(100_000) + "=A";
    String noClass = "mine=" + "a".repeat(100_000) + "!";
    String parts = "mine=a" + ".a".repeat(100_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          otherArmsAreRefused(name);
          otherArmsAreRefused(noClass);
          anArmOfOnesOwnHasANameAndAClass(parts);
        });
  }

  /** A file of 7 MB must not make a list of a billion layers. */
  @Test
  void tooManyLayersAreRefusedBeforeTheyAreMade() {
    assertEquals(1_000, Settings.defaults().with("hidden", "3x500,4x500").net().hidden().count());
    for (String many : List.of("3x1001", "3x500,4x501", "3x1000,".repeat(1_000_000) + "3")) {
      assertThrows(SettingException.class, () -> Settings.defaults().with("hidden", many));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu", "gpu:3", "auto"})
  void devicesAreWrittenAsTheyAreRead(String text) {
    assertEquals(text, DeviceChoice.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GPU", "gpu:", "gpu:-1", "gpu:x", "tpu"})
  void otherDevicesAreRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> DeviceChoice.parse(text));
  }
}
