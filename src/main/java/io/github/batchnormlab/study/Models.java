package io.github.batchnormlab.study;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;

/** Trained parameters in files, one model for each arm and replica. */
final class Models {
  private Models() {}

  /** The folder of a replica's model: the arm's, or with several replicas one below it. */
  static Path folder(Path models, Arm arm, int replica, int replicas) {
    Path folder = models.resolve(arm.id());
    return replicas == 1 ? folder : folder.resolve(Integer.toString(replica));
  }

  /**
   * Saves one replica of a model that holds several, as {@link Network#create(Arm, Settings)} takes
   * it.
   *
   * @param group the model, its parameters having a leading axis of {@code size} replicas
   * @param index which of them
   */
  static void save(Model group, Arm arm, Settings settings, int index, int size, Path folder)
      throws IOException {
    try (Model single = Model.newInstance(arm.id(), Device.cpu(), "PyTorch")) {
      Block network = Network.create(arm, settings);
      Iterator<Parameter> sources = group.getBlock().getParameters().values().iterator();
      for (Parameter parameter : network.getParameters().values()) {
        Parameter source = sources.next();
        parameter.setInitializer(
            (manager, shape, type) -> slice(source.getArray(), index, size, shape, manager));
      }
      network.initialize(
          single.getNDManager(),
          settings.precision().dataType(),
          Network.inputShape(1, settings.trainSize()));
      single.setBlock(network);
      saveWhole(single, folder, arm.id());
    }
  }

  /** DJL writes into the file itself; a model that was there stays until the new one is whole. */
  private static void saveWhole(Model model, Path folder, String name) throws IOException {
    String file = name + "-0000.params";
    Files.createDirectories(folder);
    Path half = Files.createDirectories(folder.resolve(".new"));
    try {
      saveInto(half, model, name);
      WholeFile.<RuntimeException>file(
          folder.resolve(file),
          whole -> Files.move(half.resolve(file), whole, StandardCopyOption.REPLACE_EXISTING));
    } finally {
      Files.deleteIfExists(half.resolve(file));
      Files.deleteIfExists(half);
    }
  }

  private static void saveInto(Path folder, Model model, String name) throws IOException {
    try {
      model.save(folder, name);
    } catch (IOException e) {
      throw WholeFile.named(folder, e);
    }
  }

  private static NDArray slice(NDArray array, int index, int size, Shape shape, NDManager manager) {
    NDArray values = array.stopGradient().reshape(size, -1).get(index).reshape(shape);
    NDArray copy = values.toDevice(manager.getDevice(), true);
    copy.attach(manager);
    return copy;
  }
}
