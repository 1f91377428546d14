package io.github.batchnormlab.run;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.batchnormlab.model.SavedModel;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Provenance;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.StudyResult;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The folder of one run, and the files in it that hold the results. As long as it is open, no other
 * run can use the folder.
 */
public final class RunFolder implements AutoCloseable {
  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private static final DateTimeFormatter START_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd_HH-mm-ss");

  /** A lock on it says that a run uses the folder; it goes when the run ends. */
  private static final String LOCK = ".lock";

  private static final String CHECKPOINTS = "checkpoints";

  private final Path path;

  /** The highest folder that was not there before, or null. */
  private final Path made;

  private final FileChannel lock;

  private RunFolder(Path path, Path made, FileChannel lock) {
    this.path = path;
    this.made = made;
    this.lock = lock;
  }

  /**
   * Makes a folder for a new run: the one that is named, or if that is null, one named by the time
   * and by a number where that is taken.
   *
   * @param path the folder
   * @return the folder
   * @throws SettingException as {@link #create} does
   */
  public static RunFolder createOrNew(Path path) {
    if (path != null) {
      return create(path);
    }
    String start = LocalDateTime.now().format(START_TIME);
    for (int i = 1; ; i++) {
      Path folder = Path.of("runs", i == 1 ? start : start + "_" + i);
      boolean isTaken = Files.exists(folder);
      try {
        if (!isTaken) {
          return create(folder);
        }
      } catch (SettingException e) {
        if (!Files.exists(folder)) {
          throw e;
        } // Else a run that was started in the same second has been faster.
      }
    }
  }

  /**
   * Makes a folder for a new run.
   *
   * @param path the folder
   * @return the folder
   * @throws SettingException if the path is a file, is a folder that is not empty or that another
   *     run uses, or cannot be written
   */
  public static RunFolder create(Path path) {
    if (path.toString().isBlank()) {
      throw new SettingException("output", path, "must name a folder");
    }
    return createAt(path, resolved(path));
  }

  /**
   * Makes the folder.
   *
   * @param named as the user calls it
   * @param path where it is
   */
  private static RunFolder createAt(Path named, Path path) {
    Path made = highestMissing(path);
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new SettingException("output", named, "must be a folder");
    }
    try {
      WholeFile.makeFolder(path);
      if (hasFiles(path)) { // Looked at first, so that nothing is touched in it.
        throw new SettingException("output", named, "must be a new or empty folder");
      }
      RunFolder folder = new RunFolder(path, made, lock("--output", path, named));
      if (hasFiles(path)) { // Another run has come and gone meanwhile.
        folder.close();
        throw new SettingException("output", named, "must be a new or empty folder");
      }
      return folder;
    } catch (IOException e) {
      removeEmpty(path, made);
      throw new SettingException(
          "output", named, "must be a folder that can be written (" + Messages.of(e) + ")");
    }
  }

  /**
   * Opens the folder of a run that is to go on.
   *
   * @param path the folder
   * @return the folder
   * @throws SettingException if it is no folder, another run uses it, or it cannot be written
   */
  public static RunFolder open(Path path) {
    if (!Files.isDirectory(path)) {
      throw SettingException.ofArgument("RUN", path, "must be the folder of a run");
    }
    if (!Files.isDirectory(path.resolve(CHECKPOINTS))) {
      throw SettingException.ofArgument(
          "RUN", path, "must be the folder of a run with checkpoints");
    }
    try {
      return new RunFolder(path, null, lock("RUN", path, path));
    } catch (IOException e) {
      throw SettingException.ofArgument(
          "RUN", path, "must be a folder that can be written (" + Messages.of(e) + ")");
    }
  }

  /**
   * Makes or opens a folder, whatever is in it.
   *
   * @throws SettingException if another run uses it, or it cannot be written
   */
  static RunFolder reopen(Path path) {
    Path made = highestMissing(path);
    try {
      WholeFile.makeFolder(path);
      return new RunFolder(path, made, lock("RUN", path, path));
    } catch (IOException e) {
      removeEmpty(path, made);
      throw SettingException.ofArgument(
          "RUN", path, "must be a folder that can be written (" + Messages.of(e) + ")");
    }
  }

  private static boolean hasFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> !file.getFileName().toString().equals(LOCK));
    }
  }

  /** Locks a folder, for this process only; the lock goes with the process, however that ends. */
  private static FileChannel lock(String argument, Path folder, Path named) throws IOException {
    Path file = folder.resolve(LOCK);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // This very process uses it.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw SettingException.ofArgument(
        argument, named, "must be a folder that no other run is using");
  }

  /** Lets other runs use the folder. The lock's file stays, so that all lock the same one. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      // The lock goes with the process.
    }
  }

  /**
   * A path without {@code .} and {@code ..}, which leads out of folders that need not be there. Out
   * of one that is there, a link included, it leads as the system says.
   */
  private static Path resolved(Path path) {
    List<String> names = new ArrayList<>();
    path.forEach(name -> names.add(name.toString()));
    if (!names.contains(".") && !names.contains("..")) {
      return path;
    }
    Path whole = path.toAbsolutePath();
    Path result = whole.getRoot();
    for (Path name : whole) {
      if (name.toString().equals("..")) {
        Path real = real(result);
        result = real.getParent() == null ? real : real.getParent();
      } else if (!name.toString().equals(".")) {
        result = result.resolve(name);
      }
    }
    return result;
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) { // It is not there, or cannot be looked at.
      return path.toAbsolutePath();
    }
  }

  static Path highestMissing(Path path) {
    Path missing = null;
    for (Path p = path.toAbsolutePath(); p != null && !Files.exists(p); p = p.getParent()) {
      missing = p;
    }
    return missing;
  }

  /** {@return the folder} */
  public Path path() {
    return path;
  }

  /** The folder of a replica's model: the arm's, or with several replicas one below it. */
  static Path model(Path run, Arm arm, int replica, int replicas) {
    Path folder = run.resolve("models").resolve(arm.id());
    return replicas == 1 ? folder : folder.resolve(Integer.toString(replica));
  }

  /** Writes a file of a name that is known into a folder that it is told. */
  @FunctionalInterface
  interface ModelWriter {
    void writeInto(Path folder) throws IOException;
  }

  /**
   * Writes the model of a replica. DJL writes into the file itself, so it goes elsewhere first; a
   * model that was there stays until the new one is whole.
   *
   * @param writer writes {@link SavedModel#files}
   */
  void writeModel(Arm arm, int replica, int replicas, ModelWriter writer) throws IOException {
    Path folder = model(path, arm, replica, replicas);
    Files.createDirectories(folder);
    Path half = Files.createDirectories(folder.resolve(".new"));
    try {
      try {
        writer.writeInto(half);
      } catch (IOException e) {
        throw WholeFile.named(half, e);
      }
      for (String file : SavedModel.files(arm)) {
        WholeFile.<RuntimeException>file(
            folder.resolve(file),
            whole -> Files.move(half.resolve(file), whole, StandardCopyOption.REPLACE_EXISTING));
      }
    } finally {
      for (String file : SavedModel.files(arm)) {
        Files.deleteIfExists(half.resolve(file));
      }
      Files.deleteIfExists(half);
    }
  }

  /** {@return the folder of what the run needs to go on} */
  public Path checkpoints() {
    return path.resolve(CHECKPOINTS);
  }

  /** {@return whether there is anything to go on from} */
  public boolean hasCheckpoints() {
    return Files.isDirectory(checkpoints());
  }

  /** Closes the folder and takes back those that {@link #create} made, if nothing is in them. */
  public void takeBack() {
    removeEmpty(checkpoints(), checkpoints());
    boolean isEmpty = isEmpty();
    if (isEmpty) {
      try {
        Files.deleteIfExists(path.resolve(LOCK));
      } catch (IOException e) {
        // It stays, and is in nobody's way.
      }
    }
    close();
    if (isEmpty) {
      removeEmpty(path, made);
    }
  }

  private boolean isEmpty() {
    try {
      return !hasFiles(path);
    } catch (IOException e) {
      return false;
    }
  }

  /** Removes a folder and those above it up to the given one, as long as they are empty. */
  static void removeEmpty(Path folder, Path upTo) {
    if (upTo == null) {
      return;
    }
    try {
      Path end = upTo.toAbsolutePath().getParent();
      for (Path p = folder.toAbsolutePath(); !p.equals(end); p = p.getParent()) {
        if (Files.exists(p)) { // Of several that were to be made, the first may be all there is.
          Files.delete(p);
        }
      }
    } catch (IOException e) {
      // Something is in it: it stays.
    }
  }

  /**
   * Writes {@code losses.csv}, every epoch that there is.
   *
   * @param result the result
   * @throws IOException if a file cannot be written
   */
  public void writeLosses(StudyResult result) throws IOException {
    WholeFile.text(
        path.resolve("losses.csv"),
        out -> {
          out.write(Texts.LOSSES + "\n");
          for (ArmResult arm : result.arms()) {
            for (int replica = 0; replica < arm.epochs().length; replica++) {
              double[] train = arm.trainLoss()[replica];
              double[] test = arm.testLoss()[replica];
              for (int epoch = 0; epoch < arm.epochs()[replica]; epoch++) {
                out.write(
                    arm.arm().id()
                        + ','
                        + replica
                        + ','
                        + epoch
                        + ','
                        + train[epoch]
                        + ','
                        + test[epoch]
                        + '\n');
              }
            }
          }
        });
  }

  /**
   * Writes {@code metrics.csv}: what the test rows say after each epoch, of a regression in a row
   * for each target.
   *
   * @param result the result
   * @throws IOException if a file cannot be written
   */
  public void writeMetrics(StudyResult result) throws IOException {
    new MetricsFile(path, result.data().orElseThrow()).write(result.arms());
  }

  /**
   * Writes {@code diagnostics.csv}.
   *
   * @param result the result
   * @throws IOException if a file cannot be written
   */
  public void writeDiagnostics(StudyResult result) throws IOException {
    WholeFile.text(
        path.resolve("diagnostics.csv"),
        out -> {
          out.write(Texts.DIAGNOSTICS + "\n");
          for (Diagnostic row : result.diagnostics()) {
            out.write(
                String.join(
                        ",",
                        row.arm().id(),
                        Integer.toString(row.replica()),
                        Integer.toString(row.epoch()),
                        row.quantity().id(),
                        row.key(),
                        Double.toString(row.value()))
                    + '\n');
          }
        });
  }

  /**
   * Writes {@code run.json}.
   *
   * @param result the result
   * @throws IOException if a file cannot be written
   */
  public void writeRun(StudyResult result) throws IOException {
    Provenance provenance = result.provenance();
    JsonObject arms = new JsonObject();
    for (ArmResult arm : result.arms()) {
      JsonObject losses = new JsonObject();
      losses.add("epochs", JSON.toJsonTree(arm.epochs()));
      losses.add("final_train_loss", each(arm, replica -> number(arm.finalTrainLoss(replica))));
      losses.add("final_test_loss", each(arm, replica -> number(arm.finalTestLoss(replica))));
      losses.add("stopped_at_epoch", each(arm, replica -> stop(arm, replica)));
      for (Metric metric : result.data().map(DataFacts::metrics).orElse(List.of())) {
        metrics(losses, metric)
            .add(metric.target(), each(arm, replica -> number(arm.finalMetric(metric, replica))));
      }
      losses.add("seconds", number(arm.seconds()));
      arms.add(arm.arm().id(), losses);
    }

    JsonObject run = new JsonObject();
    run.add("settings", Texts.json(result.settings()));
    result.data().ifPresent(data -> run.add("data", Texts.json(data)));
    run.addProperty("seed", result.settings().fit().seed());
    run.add("versions", Texts.json(provenance.versions()));
    run.addProperty("operating_system", provenance.operatingSystem());
    run.addProperty("processor", provenance.processor());
    run.addProperty("device", provenance.device());
    run.addProperty("threads", provenance.threads());
    run.addProperty("command", provenance.command());
    run.addProperty("start", provenance.start().toString());
    run.addProperty("seconds", provenance.seconds());
    run.add("sessions", Texts.json(provenance.sessions()));
    run.addProperty("finished", result.isFinished());
    run.add("arms", arms);
    WholeFile.text(path.resolve("run.json"), out -> out.write(JSON.toJson(run) + "\n"));
  }

  /** The last values of a kind of metric by target, made where they are missing. */
  private static JsonObject metrics(JsonObject arm, Metric metric) {
    String name = "final_" + metric.kind().id();
    if (!arm.has(name)) {
      arm.add(name, new JsonObject());
    }
    return arm.getAsJsonObject(name);
  }

  /** A value for each replica. */
  private static JsonArray each(ArmResult arm, IntFunction<JsonElement> value) {
    JsonArray values = new JsonArray();
    IntStream.range(0, arm.epochs().length).mapToObj(value).forEach(values::add);
    return values;
  }

  /** The epoch whose loss was not finite, or null. */
  private static JsonElement stop(ArmResult arm, int replica) {
    OptionalInt epoch = arm.stopped(replica);
    return epoch.isPresent() ? new JsonPrimitive(epoch.getAsInt()) : JsonNull.INSTANCE;
  }

  /** JSON has no NaN and no infinity. */
  private static JsonElement number(double value) {
    return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
  }
}
