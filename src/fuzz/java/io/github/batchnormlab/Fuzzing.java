package io.github.batchnormlab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the fuzz tests have in common. */
public final class Fuzzing {
  private static final int LONGEST_SENTENCE = 2000;

  private Fuzzing() {}

  /** A folder for the files of a fuzz test. */
  public static Path folder() {
    try {
      Path folder = Files.createTempDirectory("fuzz");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * One of some values; the digit 0 stands for the first, so that a seed can be written by hand.
   */
  @SafeVarargs
  public static <T> T of(byte choice, T... values) {
    return values[Math.floorMod(choice - '0', values.length)];
  }

  /** Checks that a sentence is one that a terminal can show. */
  public static void checkSentence(String sentence) {
    assertTrue(sentence.endsWith("."), sentence);
    assertTrue(sentence.length() < LONGEST_SENTENCE, sentence);
    assertFalse(sentence.codePoints().anyMatch(Character::isISOControl), sentence);
    byte[] bytes = sentence.getBytes(StandardCharsets.UTF_8); // A lone surrogate becomes '?'.
    assertEquals(sentence, new String(bytes, StandardCharsets.UTF_8));
  }
}
