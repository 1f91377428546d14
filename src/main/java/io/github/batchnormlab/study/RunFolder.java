package io.github.batchnormlab.study;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** The folder of one run, and the files in it that hold the results. */
public final class RunFolder {
  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private final Path path;

  private RunFolder(Path path) {
    this.path = path;
  }

  /**
   * Makes a folder for a new run.
   *
   * @throws SettingException if the path is a file, is a folder that is not empty, or cannot be
   *     written
   */
  public static RunFolder create(Path path) {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new SettingException("output", path, "must be a folder");
    }
    try {
      Files.createDirectories(path);
      try (Stream<Path> files = Files.list(path)) {
        if (files.findAny().isPresent()) {
          throw new SettingException("output", path, "must be a new or empty folder");
        }
      }
      Files.delete(Files.createTempFile(path, "can-write", null));
    } catch (IOException e) {
      throw new SettingException(
          "output", path, "must be a folder that can be written (" + reason(e) + ")");
    }
    return new RunFolder(path);
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException fileError && fileError.getReason() != null) {
      return fileError.getReason();
    }
    return e.getClass().getSimpleName();
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** The folder of the trained parameters, with one folder for each arm. */
  public Path models() {
    return path.resolve("models");
  }

  /** Takes back a folder in which nothing was written. */
  public void deleteIfEmpty() throws IOException {
    try {
      Files.delete(path);
    } catch (DirectoryNotEmptyException e) {
      // Somebody else put something there.
    }
  }

  /** Writes {@code losses.csv}, {@code diagnostics.csv} and {@code run.json}. */
  public void write(StudyResult result) throws IOException {
    writeLosses(result);
    writeDiagnostics(result);
    writeRun(result);
  }

  private void writeLosses(StudyResult result) throws IOException {
    write(
        path.resolve("losses.csv"),
        out -> {
          out.write("arm,replica,epoch,train_loss,test_loss\n");
          for (ArmResult arm : result.arms()) {
            for (int replica = 0; replica < arm.trainLoss().length; replica++) {
              double[] train = arm.trainLoss()[replica];
              double[] test = arm.testLoss()[replica];
              for (int epoch = 0; epoch < train.length; epoch++) {
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

  private void writeDiagnostics(StudyResult result) throws IOException {
    write(
        path.resolve("diagnostics.csv"),
        out -> {
          out.write("arm,replica,epoch,quantity,key,value\n");
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

  private void writeRun(StudyResult result) throws IOException {
    Provenance provenance = result.provenance();
    JsonObject versions = new JsonObject();
    versions.addProperty("batchnorm-lab", provenance.project());
    versions.addProperty("djl", provenance.djl());
    versions.addProperty("pytorch", provenance.pyTorch());
    versions.addProperty("java", provenance.java());

    JsonObject arms = new JsonObject();
    for (ArmResult arm : result.arms()) {
      JsonObject losses = new JsonObject();
      losses.add("final_train_loss", last(arm.trainLoss()));
      losses.add("final_test_loss", last(arm.testLoss()));
      losses.add("seconds", number(arm.seconds()));
      arms.add(arm.arm().id(), losses);
    }

    JsonObject run = new JsonObject();
    run.add("settings", JSON.toJsonTree(result.settings().asOptions()));
    run.addProperty("seed", result.settings().seed());
    run.add("versions", versions);
    run.addProperty("operating_system", provenance.operatingSystem());
    run.addProperty("processor", provenance.processor());
    run.addProperty("device", provenance.device());
    run.addProperty("threads", provenance.threads());
    run.addProperty("command", provenance.command());
    run.addProperty("start", provenance.start().toString());
    run.addProperty("seconds", provenance.seconds());
    run.add("arms", arms);
    write(path.resolve("run.json"), out -> out.write(JSON.toJson(run) + "\n"));
  }

  /** The last loss of each replica. */
  private static JsonArray last(double[][] losses) {
    JsonArray last = new JsonArray();
    for (double[] replica : losses) {
      last.add(number(replica[replica.length - 1]));
    }
    return last;
  }

  /** JSON has no NaN and no infinity. */
  private static JsonElement number(double value) {
    return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
  }

  /** Writes text that a file's content is made of. */
  @FunctionalInterface
  public interface Content {
    void writeTo(BufferedWriter out) throws IOException;
  }

  /** Writes a file whole or not at all. */
  public static void write(Path file, Content content) throws IOException {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".new");
    try {
      try (BufferedWriter out = Files.newBufferedWriter(temporary)) {
        content.writeTo(out);
      }
      replace(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void replace(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
