package io.github.batchnormlab.notebook;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rapaio.jupyter.kernel.MainApp;

/**
 * The kernel specification, by which Jupyter opens the notebook: Rapaio's Java kernel, on the class
 * path of this program.
 */
final class Kernel {
  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private Kernel() {}

  /**
   * Puts the specification where Jupyter looks for those of a user.
   *
   * @return the file
   * @throws IOException if it cannot be written
   */
  static Path install() throws IOException {
    Path file = data().resolve("kernels").resolve(Notebook.KERNEL).resolve("kernel.json");
    Files.createDirectories(file.getParent());
    return Files.writeString(file, specification() + "\n");
  }

  static String specification() {
    Map<String, Object> kernel = new LinkedHashMap<>();
    kernel.put(
        "argv",
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.awt.headless=true",
            "-Duser.language=en",
            "-cp",
            System.getProperty("java.class.path"),
            MainApp.class.getName(),
            "{connection_file}"));
    kernel.put("display_name", Notebook.DISPLAY_NAME);
    kernel.put("language", "java");
    kernel.put("interrupt_mode", "message");
    return JSON.toJson(kernel);
  }

  /** Jupyter's folder for the data of a user, as its documentation says. */
  private static Path data() {
    String own = System.getenv("JUPYTER_DATA_DIR");
    if (own != null) {
      return Path.of(own);
    }
    Path home = Path.of(System.getProperty("user.home"));
    String system = System.getProperty("os.name");
    if (system.startsWith("Windows")) {
      return Path.of(System.getenv("APPDATA"), "jupyter");
    }
    if (system.startsWith("Mac")) {
      return home.resolve("Library/Jupyter");
    }
    String shared = System.getenv("XDG_DATA_HOME");
    return (shared == null ? home.resolve(".local/share") : Path.of(shared)).resolve("jupyter");
  }
}
