package io.github.batchnormlab.export;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.batchnormlab.data.Preprocessing;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.InitialWeights;
import io.github.batchnormlab.model.Network;
import io.github.batchnormlab.model.Origin;
import io.github.batchnormlab.model.SavedModel;
import io.github.batchnormlab.model.Sizes;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Init;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import io.github.batchnormlab.study.Versions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A network as a training could have left it, made of random numbers: of two columns of numbers and
 * one of four categories, the third of which no training row has.
 */
final class RandomNetwork {
  static final Versions VERSIONS = new Versions("1", "2", "3", "4");

  private static final int FEATURES = 6;
  private static final int UNSEEN = 3;
  private static final List<String> CATEGORIES = List.of("blue", "red", "violet", "\"new\nline\"");

  private RandomNetwork() {}

  /**
   * Makes one, saves it and loads it.
   *
   * @param settings of its one arm
   */
  static TrainedNetwork make(Settings settings, Task task, Path folder) throws Exception {
    Random random = new Random(settings.net().activation().id().hashCode());
    Arm arm = settings.net().arms().get(0);
    Preprocessing preprocessing = preprocessing(task, settings.table().standardize(), random);
    Sizes sizes = new Sizes(FEATURES, settings.net().hidden(), preprocessing.outputs());
    Network network = Network.create(arm, sizes, settings, 1);
    InitialWeights.draw(7, sizes, settings.net().bias(), Init.PYTORCH).into(network);
    try (NDManager manager = Values.pytorch().newBaseManager(Device.cpu())) {
      network
          .block()
          .initialize(manager, Values.dataType(settings.fit().precision()), network.inputShape(1));
      network
          .parameters()
          .forEach(
              (name, parameter) -> {
                if (!name.startsWith("weight") && !name.startsWith("bias")) {
                  boolean isPositive = !name.startsWith("shift") && !name.contains("Mean");
                  double[] values =
                      random
                          .doubles(parameter.getArray().size(), isPositive ? 0.5 : -1, 1.5)
                          .toArray();
                  Values.fill(parameter.getArray(), values);
                }
              });
      Files.createDirectories(folder);
      Origin origin = new Origin(3, 5, List.of());
      SavedModel.save(network, 0, origin, settings, arm, sizes, preprocessing, folder);
    }
    return TrainedNetwork.load(folder);
  }

  private static Preprocessing preprocessing(Task task, boolean standardized, Random random) {
    List<Object> columns = new ArrayList<>();
    columns.add(named("first", scale("mean", "deviation", 100, 3, standardized)));
    Map<String, Object> colour = new LinkedHashMap<>();
    colour.put("categories", CATEGORIES);
    colour.put("unseen", List.of("violet"));
    colour.put("means", standardized ? List.of(0.5, 0.25, 0, 0.25) : List.of(0, 0, 0, 0));
    colour.put("deviations", standardized ? List.of(0.5, 0.4, 1, 0.4) : List.of(1, 1, 1, 1));
    columns.add(named("colour", colour));
    columns.add(named("last", scale("mean", "deviation", -0.2, 0.01, standardized)));
    List<Object> targets = new ArrayList<>();
    if (task == Task.CLASSIFICATION) {
      targets.add(
          named("kind", Map.of("classes", List.of("x", "y", "<b>&amp;"), "numbered", false)));
    } else {
      for (String name : List.of("one", "two")) {
        double deviation = 10 * random.nextDouble();
        targets.add(named(name, scale("mean", "deviation", 50, deviation, standardized)));
      }
    }
    return Preprocessing.of(
        Map.of("standardized", standardized, "columns", columns, "targets", targets));
  }

  private static Map<String, Object> scale(
      String meanName, String deviationName, double mean, double deviation, boolean standardized) {
    return Map.of(meanName, standardized ? mean : 0, deviationName, standardized ? deviation : 1);
  }

  private static Map<String, Object> named(String name, Map<String, Object> more) {
    Map<String, Object> map = new LinkedHashMap<>(more);
    map.put("name", name);
    return map;
  }

  /** Rows of features as they are in a file, row by row. */
  static double[] rows(int count, boolean standardized) {
    Random random = new Random(count);
    double[] rows = new double[count * FEATURES];
    for (int at = 0; at < rows.length; at += FEATURES) {
      rows[at] = (standardized ? 100 : 0) + 3 * random.nextGaussian();
      int category = random.nextInt(CATEGORIES.size());
      rows[at + 1 + category] = 1 + category == UNSEEN ? 0 : 1;
      rows[at + FEATURES - 1] = -0.2 + 0.01 * random.nextGaussian();
    }
    return rows;
  }

  /** The same rows with a 1 for the category that no training row has. */
  static double[] withUnseen(double[] rows) {
    double[] unseen = rows.clone();
    for (int at = 0; at < rows.length; at += FEATURES) {
      unseen[at + UNSEEN] = 1;
    }
    return unseen;
  }

  /** What the program says of such rows. */
  static double[] predict(TrainedNetwork network, double[] rows, int count) {
    double[] means = network.preprocessing().means();
    double[] deviations = network.preprocessing().deviations();
    double[] prepared = rows.clone();
    for (int i = 0; i < rows.length; i++) {
      prepared[i] = (rows[i] - means[i % FEATURES]) / deviations[i % FEATURES];
    }
    return network.predict(prepared, count);
  }
}
