package io.github.batchnormlab.notebook;

import com.google.gson.JsonObject;
import io.github.batchnormlab.notebook.Notebook.Cell;
import io.github.batchnormlab.report.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.Snippet.Status;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/**
 * Executes the cells of a notebook in the JDK's own JShell, on the class path of this program.
 *
 * <p>All of them run on one thread, because PyTorch's gradient mode belongs to the thread; JShell's
 * usual engine would take another for each statement. What a cell prints is its output, and the
 * value of the expression that it ends with, as in Jupyter.
 */
public final class Runner implements AutoCloseable {
  private final Engine engine = new Engine();
  private final JShell shell =
      JShell.builder().executionEngine(new Provider(engine), Map.of()).build();
  private final SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();

  /** Executes in this process, and keeps the value that JShell would make a text of. */
  private static final class Engine extends DirectExecutionControl {
    private Object value;

    @Override
    protected String invoke(Method method) throws Exception {
      value = method.invoke(null);
      return valueString(value);
    }
  }

  private record Provider(Engine engine) implements ExecutionControlProvider {
    @Override
    public String name() {
      return "notebook";
    }

    @Override
    public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
      return engine;
    }
  }

  /**
   * {@return a notebook with all cells of code executed, in order}
   *
   * @param notebook the notebook; outputs that it has are left out
   * @throws CellException if a cell is no Java, or throws
   */
  public static Notebook run(Notebook notebook) throws CellException {
    Locale locale = Locale.getDefault();
    Locale.setDefault(Locale.ROOT); // The numbers of a notebook look the same everywhere.
    try (Runner runner = new Runner()) {
      List<Cell> executed = new ArrayList<>();
      for (Cell cell : notebook.cells()) {
        executed.add(
            cell.isCode()
                ? new Cell(true, cell.source(), runner.run(cell.source(), executed.size() + 1))
                : cell);
      }
      return new Notebook(executed);
    } finally {
      Locale.setDefault(locale);
    }
  }

  private List<JsonObject> run(String code, int number) throws CellException {
    var printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    Object last;
    try {
      last = evaluate(code, number);
    } finally {
      System.setOut(out);
    }
    List<JsonObject> outputs = new ArrayList<>();
    if (printed.size() > 0) {
      outputs.add(Outputs.printed(printed.toString(StandardCharsets.UTF_8)));
    }
    if (last instanceof Picture picture) {
      outputs.add(Outputs.of(picture));
    } else if (last instanceof BufferedImage image) {
      outputs.add(Outputs.of(image));
    } else if (last != null) {
      outputs.add(Outputs.of(last.toString()));
    }
    return outputs;
  }

  /** The value of the last statement, or null if it is not an expression. */
  private Object evaluate(String code, int number) throws CellException {
    Object last = null;
    CompletionInfo next = analysis.analyzeCompletion(code);
    while (next.completeness().isComplete()) {
      last = null;
      for (SnippetEvent event : shell.eval(next.source())) {
        check(event, next.source(), number);
        SubKind kind = event.snippet().subKind();
        if (kind == SubKind.VAR_VALUE_SUBKIND
            || kind == SubKind.OTHER_EXPRESSION_SUBKIND
            || kind == SubKind.TEMP_VAR_EXPRESSION_SUBKIND) {
          last = engine.value;
        }
      }
      next = analysis.analyzeCompletion(next.remaining());
    }
    if (next.completeness() != Completeness.EMPTY) {
      throw new CellException(number, "it ends within a statement, " + next.remaining().strip());
    }
    return last;
  }

  private void check(SnippetEvent event, String source, int number) throws CellException {
    if (event.exception() instanceof EvalException thrown) {
      throw new CellException(
          number, thrown.getExceptionClassName() + ": " + thrown.getMessage() + "\n" + source);
    }
    if (event.causeSnippet() == null && event.status() != Status.VALID) {
      throw new CellException(number, diagnostics(event) + "\n" + source);
    }
  }

  private String diagnostics(SnippetEvent event) {
    return shell
        .diagnostics(event.snippet())
        .map(diagnostic -> diagnostic.getMessage(Locale.ROOT))
        .collect(Collectors.joining("; "));
  }

  @Override
  public void close() {
    shell.close();
  }
}
