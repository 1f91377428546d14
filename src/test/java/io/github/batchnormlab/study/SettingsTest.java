package io.github.batchnormlab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.batchnormlab.model.Arms;
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
    assertEquals(1_000, settings.data().trainSize());
    assertEquals(300, settings.data().testSize());
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
    assertEquals(1, population.with("train-size", 1).data().trainSize());
    assertThrows(SettingException.class, () -> Settings.defaults().with("train-size", 1));
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
