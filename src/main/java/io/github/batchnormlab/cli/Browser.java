package io.github.batchnormlab.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Opens a page in the user's browser. */
final class Browser {
  private static final long SECONDS = 2;

  private Browser() {}

  /**
   * Opens the file, or says why not. What opens it may be the browser itself, and run for hours;
   * what fails does so at once, so a moment is waited for that and no longer.
   */
  static Optional<String> open(Path file) {
    String address = file.toAbsolutePath().toUri().toString();
    boolean isOpen;
    try {
      Process opening =
          new ProcessBuilder(command(address))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      isOpen = !opening.waitFor(SECONDS, TimeUnit.SECONDS) || opening.exitValue() == 0;
    } catch (IOException e) {
      isOpen = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      isOpen = true;
    }
    return isOpen
        ? Optional.empty()
        : Optional.of("No browser could be started; open " + address + " yourself.");
  }

  private static List<String> command(String address) {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      return List.of("rundll32", "url.dll,FileProtocolHandler", address);
    }
    return List.of(system.startsWith("mac") ? "open" : "xdg-open", address);
  }
}
