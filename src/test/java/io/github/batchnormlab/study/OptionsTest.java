package io.github.batchnormlab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything that follows from the declarations of the settings. */
class OptionsTest {

  @Test
  void whatIsWrittenIsReadAsItWas() {
    Settings settings =
        Settings.defaults()
            .with("epochs", 7)
            .with("hidden", "5,6")
            .with("red", "-0.5:1e17")
            .with("epsilon", 1e-320)
            .with("arms", "none,djl-batch-norm")
            .with("device", "gpu:11")
            .with("precision", "float32")
            .with("bias", false);
    assertEquals(settings, Settings.parse(settings.texts()));
    assertEquals(List.of(5, 6), settings.net().hidden().units());
  }

  @Test
  void everyDefaultIsThatOfItsDeclaration() {
    Settings defaults = Settings.defaults();
    for (Options.Option option : Options.all()) {
      if (option.hasFixedDefault()) {
        assertTrue(option.isDefault(defaults), option.name());
      }
      if (option.isIn(defaults)) {
        String text = Options.text(option.in(defaults));
        assertEquals(option.in(defaults), option.in(Settings.parse(Map.of(option.name(), text))));
        assertTrue(
            option
                .defaultText()
                .matches("(?s)(the number of cores|" + Pattern.quote(text) + ".*|1e-6)"),
            option.defaultText());
      }
    }
    assertEquals(Runtime.getRuntime().availableProcessors(), defaults.machine().threads());
  }

  @Test
  void everySettingHasANameALabelAndAHelpOfItsOwn() {
    List<Options.Option> all = Options.all();
    assertEquals(all.size(), all.stream().map(Options.Option::name).distinct().count());
    assertEquals(
        all.size(), new HashSet<>(all.stream().map(Options.Option::label).toList()).size());
    for (Options.Option option : all) {
      assertTrue(option.name().matches("[a-z]+(-[a-z]+)*"), option.name());
      assertFalse(option.help().isBlank() || option.help().endsWith("."), option.help());
    }
  }

  @Test
  void oneValueIsReplacedAndTheOthersStay() {
    Settings before = Settings.defaults().with("seed", 3);
    Settings after = before.with("epochs", 5);
    assertEquals(5, after.fit().epochs());
    assertEquals(before.values().keySet(), after.values().keySet());
    assertEquals(before, after.with("epochs", before.fit().epochs()));
  }

  @Test
  void severalValuesMayOnlyFitTogether() {
    Settings one =
        Settings.defaults().with(Map.of("train-size", 1, "arms", "batch-norm-population"));
    assertEquals(1, one.data().trainSize().of(0));
    assertThrows(SettingException.class, () -> one.with("arms", "batch-norm"));
  }

  /** A value of every kind that is no good, and the sentence that says so. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epochs | 1.5 | --epochs must be a whole number of at most 2147483647, but is '1.5'.",
        "epochs | 0 | --epochs must be at least 1, but is '0'.",
        "seed | -1 | --seed must be between 0 and 2147483647, but is '-1'.",
        "lambda | 1 | --lambda must be at least 0 and below 1, but is '1.0'.",
        "lambda | x | --lambda must be a number, but is 'x'.",
        "epsilon | 0 | --epsilon must be a finite number above 0, but is '0.0'.",
        "epsilon | NaN | --epsilon must be a finite number above 0, but is 'NaN'.",
        "epsilon | Infinity | --epsilon must be a finite number above 0, but is 'Infinity'.",
        "bias | yes | --bias must be true or false, but is 'yes'.",
        "hidden | 3,,4 | --hidden must be whole numbers of at least 1, joined by commas, such as 300"
            + " or 64,64,32, or 64x20 for 20 layers of 64; and at most 1000 layers, but is '3,,4'.",
        "hidden | 64x0 | --hidden must be whole numbers of at least 1, joined by commas, such as 300"
            + " or 64,64,32, or 64x20 for 20 layers of 64; and at most 1000 layers, but is '64x0'.",
        "activation | swish | --activation must be tanh, relu, sigmoid, gelu or linear, but is"
            + " 'swish'.",
        "init | TANH | --init must be normal, pytorch or xavier, but is 'TANH'.",
        "batch-size | some | --batch-size must be full or a whole number of at most 2147483647, but"
            + " is 'some'.",
        "batch-size | 0 | --batch-size must be at least 1, but is '0'.",
        "batch-size | 1 | --batch-size must be at least 2 for the arm batch-norm, but is '1'.",
        "train-size | all | --train-size must be a number without --data, but is 'all'.",
        "target | y | --target needs --data, but is 'y'.",
        "data | x.csv | --target must name the column to learn where --data is a file (images are in a folder), but is ''.",
        "arms | mine=3! | --arms must name a class behind =, as in mine=com.example.MyNorm, but is"
            + " 'mine=3!'.",
        "device | tpu | --device must be cpu, gpu, gpu:N or auto, but is 'tpu'.",
        "precision | half | --precision must be float64 or float32, but is 'half'.",
        "colour | red | --colour is no setting, but is 'red'.",
      })
  void aBadValueIsNamedWithTheRule(String name, String value, String sentence) {
    var error = assertThrows(SettingException.class, () -> Settings.parse(Map.of(name, value)));
    assertEquals(sentence, error.getMessage());
  }
}
