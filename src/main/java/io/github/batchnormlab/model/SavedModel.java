package io.github.batchnormlab.model;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.batchnormlab.data.Preprocessing;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained network in a folder, the DJL way: its parameters, and two small files that say how it
 * is made and what becomes of a row before and behind it. {@link TrainedNetwork} reads them.
 *
 * <p>The description says which network of which run it is, see {@link Origin}, and holds the
 * SHA-256 of the parameters and, as its last value, of all its own bytes before that value: neither
 * file is taken with another byte in it.
 */
public final class SavedModel {
  /** What the network is, and the preparation of its rows. */
  static final String DESCRIPTION = "model.json";

  /** What DJL's own loader reads first. */
  private static final String PROPERTIES = "serving.properties";

  /** The version of the description. */
  static final int FORMAT = 2;

  /** Stands behind the sum in a description, at its very end. */
  private static final String END = "\"\n}\n";

  private static final int SUM_DIGITS = 64;

  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private SavedModel() {}

  /**
   * {@return the name of the file with the parameters of a model of that name}
   *
   * @param name the model's
   */
  public static String file(String name) {
    return name + "-0000.params";
  }

  /**
   * {@return the names of all files of a model, in the order in which they are to be put in place}
   *
   * @param arm the arm
   */
  public static List<String> files(Arm arm) {
    return List.of(file(arm.id()), DESCRIPTION, PROPERTIES);
  }

  /**
   * Saves one replica of a network that holds several.
   *
   * @param trained holds the replicas
   * @param index which of them
   * @param origin what it is in its run
   * @param settings those of the study
   * @param arm the network's
   * @param sizes how wide it is
   * @param preprocessing that of the replica
   * @param folder where the files go
   * @throws IOException if a file cannot be written
   */
  public static void save(
      Network trained,
      int index,
      Origin origin,
      Settings settings,
      Arm arm,
      Sizes sizes,
      Preprocessing preprocessing,
      Path folder)
      throws IOException {
    Network single = Network.create(arm, sizes, settings, 0);
    Map<String, Parameter> sources = trained.parameters();
    single
        .parameters()
        .forEach(
            (parameterName, parameter) ->
                parameter.setInitializer(
                    (manager, shape, type) ->
                        slice(sources.get(parameterName).getArray(), index, shape, manager)));
    try (Model model = Model.newInstance(arm.id(), Device.cpu(), "PyTorch")) {
      single
          .block()
          .initialize(
              model.getNDManager(),
              Values.dataType(settings.fit().precision()),
              single.inputShape(1));
      model.setBlock(single.block());
      model.save(folder, arm.id());
    }
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("format", FORMAT);
    description.put("arm", arm.id());
    description.put("replica", origin.replica());
    description.put("epochs", origin.epochs());
    description.put("data_sha256", origin.sums());
    description.put("inputs", sizes.inputs());
    description.put("outputs", sizes.outputs());
    description.put("parameters_sha256", Sha256.of(folder.resolve(file(arm.id()))));
    description.put("settings", withoutFolders(settings));
    description.put("preprocessing", preprocessing.toMap());
    Files.write(folder.resolve(DESCRIPTION), sealed(JSON.toJson(description)));
    Files.writeString(
        folder.resolve(PROPERTIES),
        "engine=PyTorch\nblockFactory="
            + TrainedBlockFactory.class.getName()
            + "\noption.modelName="
            + arm.id()
            + "\n");
  }

  /** A description with the sum of all bytes before it as its last value. */
  private static byte[] sealed(String json) {
    String open = json.substring(0, json.lastIndexOf("\n}"));
    return withSum((open + ",\n  \"sha256\": \"").getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] withSum(byte[] head) {
    byte[] tail = (Sha256.of(head) + END).getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, all, head.length, tail.length);
    return all;
  }

  /** Whether a description is as it was written, to the last byte. */
  static boolean isWhole(byte[] description) {
    int head = description.length - SUM_DIGITS - END.length();
    return head > 0 && Arrays.equals(description, withSum(Arrays.copyOf(description, head)));
  }

  /** The settings, of files their names: where they lie is nobody else's business. */
  private static Map<String, String> withoutFolders(Settings settings) {
    Map<String, String> texts = settings.texts();
    Options.all().stream()
        .filter(Options.Option::mayMove)
        .forEach(
            file ->
                texts.computeIfPresent(
                    file.name(), (name, path) -> Path.of(path).getFileName().toString()));
    return texts;
  }

  /** The part of an array that is the replica's, on the CPU, in the shape for one replica. */
  private static NDArray slice(NDArray array, int index, Shape shape, NDManager manager) {
    NDArray values = array.stopGradient().reshape(-1, shape.size()).get(index).reshape(shape);
    NDArray copy = values.toDevice(manager.getDevice(), true);
    copy.attach(manager);
    return copy;
  }
}
