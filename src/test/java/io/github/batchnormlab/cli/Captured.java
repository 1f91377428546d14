package io.github.batchnormlab.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Takes what a test prints in place of the console. */
final class Captured implements BeforeEachCallback, AfterEachCallback {
  /** What goes to the standard output. */
  final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** What goes to the standard error. */
  final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private final PrintStream realOut = System.out;
  private final PrintStream realErr = System.err;

  @Override
  public void beforeEach(ExtensionContext context) {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    System.setOut(realOut);
    System.setErr(realErr);
  }
}
