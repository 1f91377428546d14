package io.github.batchnormlab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  @Test
  void theDefaultsAreTheArticles() {
    Settings settings = Settings.builder().build();
    assertEquals(10_000, settings.epochs());
    assertEquals(300, settings.hidden());
    assertEquals(1_000, settings.trainSize());
    assertEquals(300, settings.testSize());
    assertEquals(List.of(Arm.BATCH_NORM, Arm.NONE), settings.arms());
  }

  @Test
  void aMessageNamesTheSettingAndItsValue() {
    var error = assertThrows(SettingException.class, () -> Settings.builder().optEpochs(0).build());
    assertEquals("--epochs must be at least 1, but is '0'.", error.getMessage());
  }

  @Test
  void oneTrainingPointIsEnoughForPopulationVariance() {
    Settings.builder().optTrainSize(1).optArms(Arm.BATCH_NORM_POPULATION, Arm.NONE).build();
    assertThrows(
        SettingException.class,
        () -> Settings.builder().optTrainSize(1).optArms(Arm.BATCH_NORM).build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu", "gpu:3", "auto"})
  void devicesAreWrittenAsTheyAreRead(String text) {
    assertEquals(text, DeviceChoice.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GPU", "gpu:", "gpu:-1", "gpu:x", "tpu"})
  void otherDevicesAreRefused(String text) {
    assertThrows(SettingException.class, () -> DeviceChoice.parse(text));
  }
}
