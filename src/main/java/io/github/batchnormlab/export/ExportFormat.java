package io.github.batchnormlab.export;

import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Versions;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;

/** The formats. */
public enum ExportFormat {
  /** A program for ONNX Runtime and others, see {@link OnnxExport}. */
  ONNX("onnx", OnnxExport::of),
  /** Parameters by PyTorch's names, see {@link SafetensorsExport}. */
  SAFETENSORS("safetensors", SafetensorsExport::of);

  private final String id;
  private final Maker maker;

  ExportFormat(String id, Maker maker) {
    this.id = id;
    this.maker = maker;
  }

  /** Makes the bytes of a file. */
  @FunctionalInterface
  private interface Maker {
    Exported make(TrainedNetwork network, Versions versions) throws ExportException;
  }

  /**
   * The name in options, and the ending of a file's name behind its dot.
   *
   * @return the name
   */
  public String id() {
    return id;
  }

  /**
   * Looks for a format.
   *
   * @param id its name
   * @return the format of that name, if there is one
   */
  public static Optional<ExportFormat> find(String id) {
    return Arrays.stream(values()).filter(format -> format.id.equals(id)).findFirst();
  }

  /**
   * Checks that networks of an arm can be exported, before one is loaded.
   *
   * @param arm the networks' arm
   * @param arms all of the run: the message names those that can be
   * @throws ExportException if the arm's layer is a class of the user's
   */
  public static void check(Arm arm, Collection<Arm> arms) throws ExportException {
    PlainNetwork.known(arm, arms);
  }

  /**
   * Exports a network.
   *
   * @param network the network
   * @param versions of what has trained it
   * @return the file
   * @throws ExportException if it cannot be had in this format
   */
  public Exported export(TrainedNetwork network, Versions versions) throws ExportException {
    return maker.make(network, versions);
  }

  @Override
  public String toString() {
    return id;
  }
}
