package io.github.batchnormlab.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Opens a page in the user's browser. */
final class Browser {
  private Browser() {}

  /** Opens the file, or says why not. */
  static Optional<String> open(Path file) {
    String address = file.toAbsolutePath().toUri().toString();
    try {
      new ProcessBuilder(command(address))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("no browser could be started; open " + address + " yourself.");
    }
  }

  private static List<String> command(String address) {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      return List.of("rundll32", "url.dll,FileProtocolHandler", address);
    }
    return List.of(system.startsWith("mac") ? "open" : "xdg-open", address);
  }
}
