package io.github.batchnormlab.model;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.reflect.TypeToken;
import io.github.batchnormlab.data.Preprocessing;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Sha256;
import io.github.batchnormlab.study.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained network from its folder, with the preparation of its rows. It is used by one thread.
 */
public final class TrainedNetwork implements AutoCloseable {
  private final Description description;
  private final Network network;
  private final Model model;
  private final ParameterStore store;

  /** How a description began that had no sum of its own. */
  private static final String OLD = "{\n  \"format\": 1,";

  /** What a folder says of its network. */
  record Description(
      Arm arm,
      Origin origin,
      Sizes sizes,
      Settings settings,
      String sum,
      Preprocessing preprocessing) {

    /**
     * Reads it, if it is as it was written, and checks that the parameters beside it are too.
     *
     * @throws MalformedModelException if it is none; the message follows the folder's name
     */
    static Description read(Path folder) throws IOException, MalformedModelException {
      try {
        byte[] bytes = Files.readAllBytes(folder.resolve(SavedModel.DESCRIPTION));
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!SavedModel.isWhole(bytes)) {
          throw new MalformedModelException(
              text.startsWith(OLD)
                  ? "was written by an older BatchNorm Lab: resume its run, or train again"
                  : damaged(SavedModel.DESCRIPTION));
        }
        JsonObject json = JsonParser.parseString(text).getAsJsonObject();
        if (json.get("format").getAsInt() != SavedModel.FORMAT) {
          throw new MalformedModelException("was written by another version of BatchNorm Lab");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        json.getAsJsonObject("settings")
            .entrySet()
            .forEach(entry -> texts.put(entry.getKey(), entry.getValue().getAsString()));
        Settings settings = Settings.parse(texts);
        Map<String, Object> map =
            new Gson()
                .fromJson(
                    json.getAsJsonObject("preprocessing"), new TypeToken<Map<String, Object>>() {});
        Preprocessing preprocessing = Preprocessing.of(map);
        Sizes sizes =
            Sizes.of(
                preprocessing.image(),
                json.get("inputs").getAsInt(),
                settings.net(),
                json.get("outputs").getAsInt());
        if (sizes.inputs() != preprocessing.features().size()
            || sizes.outputs() != preprocessing.outputs()) {
          throw new MalformedModelException("has a network that does not fit its columns");
        }
        List<String> sums = new ArrayList<>();
        json.getAsJsonArray("data_sha256").forEach(sum -> sums.add(sum.getAsString()));
        Description description =
            new Description(
                settings.net().arm(json.get("arm").getAsString()).orElseThrow(),
                new Origin(json.get("replica").getAsInt(), json.get("epochs").getAsInt(), sums),
                sizes,
                settings,
                json.get("parameters_sha256").getAsString(),
                preprocessing);
        description.checkParameters(folder);
        return description;
      } catch (NoSuchFileException e) {
        throw new MalformedModelException("holds no model with a " + SavedModel.DESCRIPTION, e);
      } catch (RuntimeException e) { // Gson's own kinds, and what follows from a missing part.
        throw new MalformedModelException(
            "has a " + SavedModel.DESCRIPTION + " that describes no network", e);
      }
    }

    private void checkParameters(Path folder) throws IOException, MalformedModelException {
      String file = SavedModel.file(arm.id());
      if (!Files.exists(folder.resolve(file))) {
        throw new MalformedModelException("lacks " + file);
      }
      if (!Sha256.of(folder.resolve(file)).equals(sum)) {
        throw new MalformedModelException(damaged(file));
      }
    }

    private static String damaged(String file) {
      return "has a damaged " + file + ": its checksum is wrong";
    }

    Network network() {
      return Network.create(arm, sizes, settings, 0);
    }

    /** What outputs mean: targets in the units of the file, or the probability of each class. */
    double[] said(double[] outputs) {
      return preprocessing.task() == Task.CLASSIFICATION
          ? Arrays.stream(logSoftmax(outputs, sizes.outputs())).map(Math::exp).toArray()
          : preprocessing.inOriginalUnits(outputs);
    }
  }

  private TrainedNetwork(Description description, Network network, Model model) {
    this.description = description;
    this.network = network;
    this.model = model;
    store = new ParameterStore(model.getNDManager(), false);
  }

  /**
   * Loads a network, on the CPU.
   *
   * @param folder that of the model, such as {@code runs/.../models/batch-norm}
   * @return the network
   * @throws MalformedModelException if it is none, or damaged; the message follows the folder's
   *     name
   * @throws SettingException if the class of a layer of the user's own is not there
   * @throws IOException if it cannot be read
   */
  public static TrainedNetwork load(Path folder) throws IOException, MalformedModelException {
    Description description = Description.read(folder);
    String name = description.arm().id();
    Network network = description.network();
    Model model = Model.newInstance(name, Device.cpu(), "PyTorch");
    try {
      model.setBlock(network.block());
      model.load(folder, name);
    } catch (IOException | MalformedModelException | RuntimeException e) {
      model.close();
      throw new MalformedModelException(
          "has a " + SavedModel.file(name) + " that is not of its network", e);
    }
    return new TrainedNetwork(description, network, model);
  }

  /** {@return the arm that it is of} */
  public Arm arm() {
    return description.arm();
  }

  /** {@return which network of which run it is} */
  public Origin origin() {
    return description.origin();
  }

  /** {@return the settings of the study that trained it} */
  public Settings settings() {
    return description.settings();
  }

  /** {@return what becomes of a row before it, and of what it says} */
  public Preprocessing preprocessing() {
    return description.preprocessing();
  }

  /** {@return how wide it is} */
  public Sizes sizes() {
    return description.sizes();
  }

  /** {@return all parameters by their names, see {@link Network#parameters()}} */
  public Map<String, Parameter> parameters() {
    return network.parameters();
  }

  /** {@return whether all parameters are finite, running statistics included} */
  public boolean hasFiniteParameters() {
    return network.parameters().values().stream()
        .flatMapToDouble(parameter -> Arrays.stream(Values.of(parameter.getArray())))
        .allMatch(Double::isFinite);
  }

  /**
   * What the network says of rows.
   *
   * @param features of prepared rows, row by row
   * @param rows how many
   * @return row by row the targets in the units of the file, or the probability of each class
   */
  public double[] predict(double[] features, int rows) {
    return description.said(outputs(features, rows));
  }

  /**
   * The logarithms of the probabilities of a classification.
   *
   * @param features of prepared rows, row by row
   * @param rows how many
   * @return row by row the logarithm of the probability of each class
   */
  public double[] logProbabilities(double[] features, int rows) {
    return logSoftmax(outputs(features, rows), sizes().outputs());
  }

  private double[] outputs(double[] features, int rows) {
    Autograd.off();
    DataType type = Values.dataType(settings().fit().precision());
    try (NDManager manager = model.getNDManager().newSubManager()) {
      NDArray x = Values.array(manager, features, new Shape(rows, sizes().inputs()), type);
      NDArray outputs = network.block().forward(store, new NDList(x), false).singletonOrThrow();
      outputs.attach(manager);
      return Values.of(outputs);
    }
  }

  /**
   * The logarithms of the softmax of each row, which are finite where a probability rounds to 0.
   */
  static double[] logSoftmax(double[] outputs, int classes) {
    double[] logs = new double[outputs.length];
    for (int from = 0; from < outputs.length; from += classes) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = from; i < from + classes; i++) {
        largest = Math.max(largest, outputs[i]);
      }
      double sum = 0;
      for (int i = from; i < from + classes; i++) {
        sum += Math.exp(outputs[i] - largest);
      }
      for (int i = from; i < from + classes; i++) {
        logs[i] = outputs[i] - largest - Math.log(sum);
      }
    }
    return logs;
  }

  /**
   * {@return the index of the likeliest class, the first of equals; -1 if a value is not a number}
   *
   * @param ofClasses a value for each class that grows with its probability
   */
  public static int likeliest(double[] ofClasses) {
    int largest = 0;
    for (int i = 0; i < ofClasses.length; i++) {
      if (Double.isNaN(ofClasses[i])) {
        return -1;
      }
      largest = ofClasses[i] > ofClasses[largest] ? i : largest;
    }
    return largest;
  }

  @Override
  public void close() {
    model.close();
  }
}
