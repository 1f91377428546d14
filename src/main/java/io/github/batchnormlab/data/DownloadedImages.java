package io.github.batchnormlab.data;

import ai.djl.Application;
import ai.djl.basicdataset.BasicDatasets;
import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.Repository;
import io.github.batchnormlab.study.Plain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The files of MNIST and Fashion-MNIST from the repository of {@code ai.djl:basicdataset}: they are
 * downloaded when they are first asked for, and kept in DJL's cache ({@code ~/.djl.ai}).
 */
final class DownloadedImages {
  /** What the repository calls them. */
  private static final Map<String, String> ARTIFACTS =
      Map.of("mnist", "mnist", "fashion-mnist", "fashmnist");

  private static final String VERSION = "1.0";

  /** What an artifact calls its files, images before labels, those for training first. */
  private static final List<String> ITEMS =
      List.of("train_data", "train_labels", "test_data", "test_labels");

  private DownloadedImages() {}

  /** Whether it is the name of a set that can be downloaded, and of nothing that is here. */
  static boolean areMeantBy(String name) {
    return ARTIFACTS.containsKey(name) && Files.notExists(Path.of(name));
  }

  /**
   * The four files of a set.
   *
   * @throws TableException if they are not there and cannot be downloaded
   */
  static List<Path> files(String name) throws TableException {
    return files(name, BasicDatasets.REPOSITORY);
  }

  static List<Path> files(String name, Repository repository) throws TableException {
    try {
      MRL dataset =
          repository.dataset(
              Application.CV.ANY, BasicDatasets.GROUP_ID, ARTIFACTS.get(name), VERSION);
      Artifact artifact = dataset.getDefaultArtifact();
      if (artifact == null) {
        throw new IOException("the repository does not have it");
      }
      dataset.prepare(artifact);
      List<Path> files = new ArrayList<>();
      for (String item : ITEMS) {
        files.add(repository.getFile(artifact.getFiles().get(item), null));
      }
      return files;
    } catch (IOException | RuntimeException e) { // What a foreign answer may do to a parser.
      throw TableException.of(
          Path.of(name),
          "could not be downloaded from "
              + repository.getBaseUri()
              + " ("
              + e.getClass().getSimpleName()
              + (e.getMessage() == null ? "" : ": " + Plain.text(e.getMessage()))
              + "); --data may name a folder with its four files instead");
    }
  }
}
