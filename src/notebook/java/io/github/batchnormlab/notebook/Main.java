package io.github.batchnormlab.notebook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes the notebook and its export of its source, or checks that they are what it gives today. */
public final class Main {
  private static final int FAILED = 1;
  private static final int REFUSED = 2;
  private static final long MOST_NOTEBOOK = 2_000_000;
  private static final long MOST_EXPORT = 6_000_000;

  private final Path source;
  private final Path notebook;
  private final Path export;

  /**
   * @param source the Markdown
   * @param notebook Jupyter's file
   * @param export the page
   */
  Main(Path source, Path notebook, Path export) {
    this.source = source;
    this.notebook = notebook;
    this.export = export;
  }

  /**
   * Starts it, in the folder of the project.
   *
   * @param args {@code make}, {@code check} or {@code kernel}
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    var main =
        new Main(
            Path.of("src/notebook/batch_norm.md"),
            Path.of("notebooks-export/batch_norm.ipynb"),
            Path.of("notebooks-export/batch_norm.html"));
    System.exit(main.run(args.length == 1 ? args[0] : String.join(" ", args)));
  }

  private int run(String task) throws IOException {
    try {
      switch (task) {
        case "make" -> {
          make();
          System.out.println("Made " + notebook + " and " + export + ".");
        }
        case "check" -> {
          List<String> problems = check();
          problems.forEach(System.err::println);
          if (!problems.isEmpty()) {
            System.err.println(
                "Make both anew with 'mvn -Pnotebook compile exec:java', and look at what changes.");
            return FAILED;
          }
          System.out.println(notebook + " and " + export + " are what " + source + " gives.");
        }
        case "kernel" ->
            System.out.println(
                "Jupyter's kernel " + Notebook.KERNEL + " is in " + Kernel.install());
        default -> {
          System.err.println("The task is " + task + ", but must be make, check or kernel.");
          return REFUSED;
        }
      }
      return 0;
    } catch (CellException e) {
      System.err.println(e.getMessage());
      return FAILED;
    }
  }

  /** Executes the source and writes both files. */
  void make() throws IOException, CellException {
    Notebook executed = Runner.run(Notebook.ofMarkdown(Files.readString(source)));
    Files.createDirectories(notebook.toAbsolutePath().getParent());
    Files.writeString(notebook, executed.json());
    Files.writeString(export, Export.of(executed));
  }

  /** {@return what is wrong with the files that are kept, in sentences; none if they are right} */
  List<String> check() throws IOException, CellException {
    List<String> problems = new ArrayList<>();
    String text = Files.readString(notebook);
    Notebook kept = Notebook.ofJson(text);
    if (!kept.json().equals(text)) {
      problems.add(notebook + " is not as this program writes it.");
    }
    if (!Export.isOf(kept, Files.readString(export))) {
      problems.add(export + " is not the export of " + notebook + ".");
    }
    checkSize(notebook, MOST_NOTEBOOK, problems);
    checkSize(export, MOST_EXPORT, problems);
    problems.addAll(
        Differences.of(kept, Runner.run(Notebook.ofMarkdown(Files.readString(source)))));
    return problems;
  }

  private static void checkSize(Path file, long most, List<String> problems) throws IOException {
    if (Files.size(file) > most) {
      problems.add(file + " has " + Files.size(file) + " bytes, more than " + most + ".");
    }
  }
}
