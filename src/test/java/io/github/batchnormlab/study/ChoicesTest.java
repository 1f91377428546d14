package io.github.batchnormlab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Activations and ways to draw weights, as a user names them. */
class ChoicesTest {

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activationsAreWrittenAsTheyAreRead(Activation activation) {
    assertEquals(activation, Activation.parse(activation.toString()));
  }

  @ParameterizedTest
  @EnumSource(Init.class)
  void waysToDrawAreWrittenAsTheyAreRead(Init init) {
    assertEquals(init, Init.parse(init.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "TANH", "swish", " relu"})
  void otherNamesAreRefusedWithTheRule(String name) {
    var activation = assertThrows(IllegalArgumentException.class, () -> Activation.parse(name));
    assertEquals("must be tanh, relu, sigmoid, gelu or linear", activation.getMessage());
    var init = assertThrows(IllegalArgumentException.class, () -> Init.parse(name));
    assertEquals("must be normal or pytorch", init.getMessage());
  }

  /** A rule that names the choices must name all of them. */
  @Test
  void theRulesNameEveryChoice() {
    String activations =
        assertThrows(IllegalArgumentException.class, () -> Activation.parse("")).getMessage();
    for (Activation activation : Activation.values()) {
      assertTrue(activations.contains(activation.id()), activations);
    }
    String inits = assertThrows(IllegalArgumentException.class, () -> Init.parse("")).getMessage();
    for (Init init : Init.values()) {
      assertTrue(inits.contains(init.id()), inits);
    }
  }
}
