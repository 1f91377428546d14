package io.github.batchnormlab.study;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The folder of one run, and the files in it that hold the results. */
public final class RunFolder {
  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private final Path path;

  /** The highest folder that was not there before, or null. */
  private final Path made;

  private RunFolder(Path path, Path made) {
    this.path = path;
    this.made = made;
  }

  /**
   * Makes a folder for a new run.
   *
   * @throws SettingException if the path is a file, is a folder that is not empty, or cannot be
   *     written
   */
  public static RunFolder create(Path path) {
    if (path.toString().isBlank()) {
      throw new SettingException("output", path, "must name a folder");
    }
    Path made = highestMissing(path);
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
          "output", path, "must be a folder that can be written (" + Messages.of(e) + ")");
    }
    return new RunFolder(path, made);
  }

  private static Path highestMissing(Path path) {
    Path missing = null;
    for (Path p = path.toAbsolutePath(); p != null && !Files.exists(p); p = p.getParent()) {
      missing = p;
    }
    return missing;
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** The folder of the trained parameters, with one folder for each arm. */
  public Path models() {
    return path.resolve("models");
  }

  /** Takes back the folders that {@link #create} made, as far as nothing is in them. */
  public void takeBack() {
    if (made == null) {
      return;
    }
    try {
      for (Path p = path.toAbsolutePath(); !p.equals(made.getParent()); p = p.getParent()) {
        Files.delete(p);
      }
    } catch (IOException e) {
      // Something is in it: it stays.
    }
  }

  /** Writes {@code losses.csv}, {@code diagnostics.csv} and {@code run.json}. */
  public void write(StudyResult result) throws IOException {
    writeLosses(result);
    writeDiagnostics(result);
    writeRun(result);
  }

  private void writeLosses(StudyResult result) throws IOException {
    WholeFile.text(
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
    WholeFile.text(
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
    WholeFile.text(path.resolve("run.json"), out -> out.write(JSON.toJson(run) + "\n"));
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
}
