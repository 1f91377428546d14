package io.github.batchnormlab.model;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Trained parameters in a file, the DJL way. */
public final class SavedModel {
  private SavedModel() {}

  /** The name of the file of a model of that name. */
  public static String file(String name) {
    return name + "-0000.params";
  }

  /**
   * Saves one replica of a network that holds several.
   *
   * @param trained holds the replicas
   * @param index which of them
   * @param single the same network for one replica, not initialized
   * @param dataType the type of the parameters
   * @param folder where the file goes
   * @param name the model's name
   */
  public static void save(
      Network trained, int index, Network single, DataType dataType, Path folder, String name)
      throws IOException {
    Map<String, Parameter> sources = trained.parameters();
    single
        .parameters()
        .forEach(
            (parameterName, parameter) ->
                parameter.setInitializer(
                    (manager, shape, type) ->
                        slice(sources.get(parameterName).getArray(), index, shape, manager)));
    try (Model model = Model.newInstance(name, Device.cpu(), "PyTorch")) {
      single.block().initialize(model.getNDManager(), dataType, single.inputShape(1));
      model.setBlock(single.block());
      model.save(folder, name);
    }
  }

  /** The part of an array that is the replica's, on the CPU, in the shape for one replica. */
  private static NDArray slice(NDArray array, int index, Shape shape, NDManager manager) {
    NDArray values = array.stopGradient().reshape(-1, shape.size()).get(index).reshape(shape);
    NDArray copy = values.toDevice(manager.getDevice(), true);
    copy.attach(manager);
    return copy;
  }
}
