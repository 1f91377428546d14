package io.github.batchnormlab.study;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that decides the numbers of a study, checked once when it is made.
 *
 * <p>Each setting is declared here and nowhere else. Options of the command line, properties,
 * checks, files and tables are made from the declarations by {@link Options}.
 *
 * @param data what is learned
 * @param net the networks
 * @param fit how they are trained
 * @param machine where
 */
public record Settings(Data data, Net net, Fit fit, Machine machine) {

  /** One array holds at most 2^31 - 1 bytes, and three float64 values of each point. */
  private static final int MOST_POINTS = Integer.MAX_VALUE / (3 * Double.BYTES);

  private static final String POINTS = "[1, " + MOST_POINTS + "]";

  /** The points of the article's study. */
  public record Data(
      @Setting(
              value = "1000",
              kind = "N",
              range = POINTS,
              draws = true,
              label = "Training points",
              help = "Training points")
          int trainSize,
      @Setting(
              value = "300",
              kind = "N",
              range = POINTS,
              draws = true,
              label = "Test points",
              help = "Test points")
          int testSize,
      @Setting(
              value = "-1:1",
              kind = "LOW:HIGH",
              draws = true,
              label = "Range of r",
              help = "Range of the input r")
          Range red,
      @Setting(
              value = "-1:1",
              kind = "LOW:HIGH",
              draws = true,
              label = "Range of g",
              help = "Range of the input g")
          Range green,
      @Setting(
              value = "-1:1",
              kind = "LOW:HIGH",
              draws = true,
              label = "Range of b",
              help = "Range of the input b")
          Range blue) {}

  /** The networks that are compared. */
  public record Net(
      @Setting(
              value = "batch-norm,none",
              kind = "ARM[,ARM...]",
              label = "Arms",
              help = "Networks to compare, of these")
          List<Arm> arms,
      @Setting(
              value = "300",
              kind = "N[,N...]",
              draws = true,
              label = "Hidden units",
              help = "Units of the hidden layer, or of several from the input on")
          Layers hidden,
      @Setting(
              value = "true",
              kind = "true|false",
              draws = true,
              label = "Bias of the hidden layers",
              help = "Whether the linear layers before normalization have a bias")
          boolean bias,
      @Setting(
              value = "0.9",
              kind = "X",
              range = "[0, 1)",
              label = "Momentum of the running statistics, λ",
              help = "Share of the old value that a running statistic keeps at each step")
          double lambda,
      @Setting(
              value = "1e-6",
              kind = "X",
              range = "(0, ∞)",
              label = "Added to the variance, ε",
              help = "What normalization adds to the variance, or to the mean square")
          double epsilon) {}

  /** How the networks are trained. */
  public record Fit(
      @Setting(
              value = "10000",
              kind = "N",
              range = "[1, ∞)",
              mayGrow = true,
              label = "Epochs",
              help = "Steps of training, each on all training points")
          int epochs,
      @Setting(
              value = "0",
              kind = "SEED",
              range = "[0, 2147483647]",
              label = "Seed of the first replica",
              help = "Seed of the points and the initial weights")
          int seed,
      @Setting(
              value = "1",
              kind = "N",
              range = "[1, ∞)",
              label = "Replicas",
              help = "How often to repeat the study, with the seeds seed, seed + 1, …")
          int replicas,
      @Setting(
              value = "0.001",
              kind = "X",
              range = "(0, ∞)",
              label = "Learning rate of Adam",
              help = "Learning rate of Adam")
          double learningRate,
      @Setting(
              value = "float64",
              kind = "TYPE",
              label = "Precision",
              help = "Type of all numbers in a training, float64 or float32")
          Precision precision) {}

  /** What it is trained on. Threads change the numbers by rounding only. */
  public record Machine(
      @Setting(
              value = "cpu",
              kind = "DEVICE",
              label = "Device asked for",
              help =
                  "What to train on: cpu, gpu, gpu:N or auto. A GPU needs the CUDA build of PyTorch,"
                      + " which comes if this is given as -Dbn.device=gpu")
          DeviceChoice device,
      @Setting(
              value = Setting.CORES,
              kind = "N",
              range = "[1, ∞)",
              label = "Threads for all arms",
              help = "Processor threads for all networks together, at most one for each core")
          int threads) {}

  /**
   * @throws SettingException if a value makes no study
   */
  public Settings {
    for (Options.Option option : Options.all()) {
      option.checkRange(option.in(data, net, fit, machine));
    }
    int lastSeed = Integer.MAX_VALUE - fit.seed;
    check(
        fit.replicas - 1 <= lastSeed,
        "replicas",
        fit.replicas,
        "must leave the last seed, " + fit.seed + " + replicas - 1, at most 2147483647");
    check(
        new HashSet<>(net.arms).size() == net.arms.size(),
        "arms",
        Options.text(net.arms),
        "must name each arm once");
    for (Arm arm : net.arms) {
      check(
          data.trainSize >= arm.leastRows(),
          "train-size",
          data.trainSize,
          "must be at least " + arm.leastRows() + " for the arm " + arm);
    }
  }

  private static void check(boolean holds, String setting, Object value, String rule) {
    if (!holds) {
      throw new SettingException(setting, value, rule);
    }
  }

  /** The article's settings. */
  public static Settings defaults() {
    return parse(Map.of());
  }

  /**
   * Reads settings.
   *
   * @param texts values by the names of the settings, as a user would write them; a setting that is
   *     not among them has its default
   * @throws SettingException if a name is no setting's, or a value makes no study
   */
  public static Settings parse(Map<String, String> texts) {
    return Options.parse(texts);
  }

  /**
   * The same settings with another value.
   *
   * @param name a setting's name, such as {@code train-size}
   * @param value its value, or what {@link #parse} takes for it
   * @throws SettingException if there is no such setting, or the value makes no study
   */
  public Settings with(String name, Object value) {
    return with(Map.of(name, value));
  }

  /** The same settings with several other values, see {@link #with(String, Object)}. */
  public Settings with(Map<String, ?> values) {
    Map<String, String> texts = new LinkedHashMap<>();
    Options.all().forEach(option -> texts.put(option.name(), Options.text(option.in(this))));
    values.forEach((name, value) -> texts.put(name, Options.text(value)));
    return parse(texts);
  }

  /** The value of every setting by its name, in the order of the declarations. */
  public Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    Options.all().forEach(option -> values.put(option.name(), option.in(this)));
    return values;
  }
}
