package io.github.batchnormlab.study;

import com.google.gson.JsonObject;
import io.github.batchnormlab.data.Range;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Everything that decides the numbers of a study, checked once when it is made.
 *
 * @param epochs steps on the full training set
 * @param seed the seed of the data and of the initial weights, 0 to 2^31 - 1
 * @param replicas how often to repeat the study, with the seeds seed, seed + 1, …
 * @param hidden hidden units
 * @param bias whether the first linear layer has a bias
 * @param trainSize training points
 * @param testSize test points
 * @param red the range of r
 * @param green the range of g
 * @param blue the range of b
 * @param learningRate Adam's learning rate
 * @param lambda momentum of the running statistics: the share of the old value that is kept
 * @param epsilon what batch normalization adds to the variance
 * @param arms the networks to compare, at least one, none twice
 * @param precision the floating-point type
 * @param device where to train
 * @param threads processor threads for all arms together; they change the numbers by rounding only
 */
public record Settings(
    int epochs,
    int seed,
    int replicas,
    int hidden,
    boolean bias,
    int trainSize,
    int testSize,
    Range red,
    Range green,
    Range blue,
    double learningRate,
    double lambda,
    double epsilon,
    List<Arm> arms,
    Precision precision,
    DeviceChoice device,
    int threads) {

  /** DJL takes an array's values from a buffer of at most 2^31 - 1 bytes. */
  private static final int MAX_ROWS = Integer.MAX_VALUE / (3 * Double.BYTES);

  /**
   * @throws SettingException if a value makes no study
   */
  public Settings {
    check(epochs >= 1, "epochs", epochs, "must be at least 1");
    check(seed >= 0, "seed", seed, "must be between 0 and 2147483647");
    check(replicas >= 1, "replicas", replicas, "must be at least 1");
    check(
        replicas - 1 <= Integer.MAX_VALUE - seed,
        "replicas",
        replicas,
        "must leave the last seed, " + seed + " + replicas - 1, at most 2147483647");
    checkRows("hidden", hidden);
    checkRows("train-size", trainSize);
    checkRows("test-size", testSize);
    check(
        learningRate > 0 && Double.isFinite(learningRate),
        "learning-rate",
        learningRate,
        "must be a finite number above 0");
    check(lambda >= 0 && lambda < 1, "lambda", lambda, "must be at least 0 and below 1");
    check(
        epsilon > 0 && Double.isFinite(epsilon),
        "epsilon",
        epsilon,
        "must be a finite number above 0");
    check(threads >= 1, "threads", threads, "must be at least 1");
    arms = List.copyOf(arms);
    check(!arms.isEmpty(), "arms", "", "must name at least one of " + Arm.ids());
    check(
        new LinkedHashSet<>(arms).size() == arms.size(),
        "arms",
        String.join(",", arms.stream().map(Arm::id).toList()),
        "must name each arm once");
    for (Arm arm : arms) {
      check(
          trainSize > 1 || !arm.needsTwoPoints(),
          "train-size",
          trainSize,
          "must be at least 2 for the arm " + arm);
    }
  }

  /** As many rows as one array can hold, with three float64 values in each. */
  private static void checkRows(String setting, int rows) {
    check(rows >= 1 && rows <= MAX_ROWS, setting, rows, "must be between 1 and " + MAX_ROWS);
  }

  private static void check(boolean holds, String setting, Object value, String rule) {
    if (!holds) {
      throw new SettingException(setting, value, rule);
    }
  }

  /** The same settings with another number of epochs. */
  public Settings withEpochs(int other) {
    Map<String, String> options = new LinkedHashMap<>();
    asOptions().forEach((name, value) -> options.put(name, value.toString()));
    options.put("epochs", Integer.toString(other));
    return fromOptions(options);
  }

  /**
   * The settings in the order and with the names of the command line's options.
   *
   * @return names without dashes; values as numbers, booleans or texts that the option takes
   */
  public Map<String, Object> asOptions() {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("epochs", epochs);
    options.put("seed", seed);
    options.put("replicas", replicas);
    options.put("hidden", hidden);
    options.put("bias", bias);
    options.put("train-size", trainSize);
    options.put("test-size", testSize);
    options.put("red", red.toString());
    options.put("green", green.toString());
    options.put("blue", blue.toString());
    options.put("learning-rate", learningRate);
    options.put("lambda", lambda);
    options.put("epsilon", epsilon);
    options.put("arms", String.join(",", arms.stream().map(Arm::id).toList()));
    options.put("precision", precision.id());
    options.put("device", device.toString());
    options.put("threads", threads);
    return options;
  }

  /**
   * Reads settings that {@link #asOptions()} has written.
   *
   * @param options the value of every setting, as text
   * @throws SettingException if a value is missing or makes no study
   */
  public static Settings fromOptions(Map<String, String> options) {
    return builder()
        .optEpochs(whole(options, "epochs"))
        .optSeed(whole(options, "seed"))
        .optReplicas(whole(options, "replicas"))
        .optHidden(whole(options, "hidden"))
        .optBias(Boolean.parseBoolean(text(options, "bias")))
        .optTrainSize(whole(options, "train-size"))
        .optTestSize(whole(options, "test-size"))
        .optRanges(
            parseRange("red", text(options, "red")),
            parseRange("green", text(options, "green")),
            parseRange("blue", text(options, "blue")))
        .optLearningRate(number(options, "learning-rate"))
        .optLambda(number(options, "lambda"))
        .optEpsilon(number(options, "epsilon"))
        .optArms(Arm.parseList(text(options, "arms")))
        .optPrecision(Precision.parse(text(options, "precision")))
        .optDevice(DeviceChoice.parse(text(options, "device")))
        .optThreads(whole(options, "threads"))
        .build();
  }

  /**
   * Reads settings that were written as a JSON object of {@link #asOptions()}.
   *
   * @throws SettingException if a value is missing or makes no study
   * @throws RuntimeException of Gson's if a value is no number, boolean or text
   */
  static Settings fromJson(JsonObject json) {
    Map<String, String> options = new LinkedHashMap<>();
    json.entrySet().forEach(entry -> options.put(entry.getKey(), entry.getValue().getAsString()));
    return fromOptions(options);
  }

  private static String text(Map<String, String> options, String setting) {
    String value = options.get(setting);
    if (value == null) {
      throw new SettingException(setting, "", "must have a value");
    }
    return value;
  }

  private static int whole(Map<String, String> options, String setting) {
    String value = text(options, setting);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new SettingException(setting, value, "must be a whole number");
    }
  }

  private static double number(Map<String, String> options, String setting) {
    String value = text(options, setting);
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new SettingException(setting, value, "must be a number");
    }
  }

  /**
   * Reads a range, LOW:HIGH.
   *
   * @throws SettingException if it is none
   */
  public static Range parseRange(String setting, String text) {
    String[] ends = text.split(":", -1);
    try {
      if (ends.length == 2) {
        return new Range(Double.parseDouble(ends[0]), Double.parseDouble(ends[1]));
      }
    } catch (IllegalArgumentException e) {
      // Not two numbers, or not in order: the one sentence below covers both.
    }
    throw new SettingException(
        setting, text, "must be two finite numbers LOW:HIGH with LOW < HIGH");
  }

  /** The article's settings; change some before {@link Builder#build()}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Settings in the making, starting from the article's. */
  public static final class Builder {
    private int epochs = 10_000;
    private int seed = 0;
    private int replicas = 1;
    private int hidden = 300;
    private boolean bias = true;
    private int trainSize = 1_000;
    private int testSize = 300;
    private Range red = Range.MINUS_ONE_TO_ONE;
    private Range green = Range.MINUS_ONE_TO_ONE;
    private Range blue = Range.MINUS_ONE_TO_ONE;
    private double learningRate = 0.001;
    private double lambda = 0.9;
    private double epsilon = 1e-6;
    private List<Arm> arms = List.of(Arm.BATCH_NORM, Arm.NONE);
    private Precision precision = Precision.FLOAT64;
    private DeviceChoice device = DeviceChoice.CPU;
    private int threads = Runtime.getRuntime().availableProcessors();

    private Builder() {}

    public Builder optEpochs(int epochs) {
      this.epochs = epochs;
      return this;
    }

    public Builder optSeed(int seed) {
      this.seed = seed;
      return this;
    }

    public Builder optReplicas(int replicas) {
      this.replicas = replicas;
      return this;
    }

    public Builder optHidden(int hidden) {
      this.hidden = hidden;
      return this;
    }

    public Builder optBias(boolean bias) {
      this.bias = bias;
      return this;
    }

    public Builder optTrainSize(int trainSize) {
      this.trainSize = trainSize;
      return this;
    }

    public Builder optTestSize(int testSize) {
      this.testSize = testSize;
      return this;
    }

    public Builder optRanges(Range red, Range green, Range blue) {
      this.red = red;
      this.green = green;
      this.blue = blue;
      return this;
    }

    public Builder optLearningRate(double learningRate) {
      this.learningRate = learningRate;
      return this;
    }

    public Builder optLambda(double lambda) {
      this.lambda = lambda;
      return this;
    }

    public Builder optEpsilon(double epsilon) {
      this.epsilon = epsilon;
      return this;
    }

    public Builder optArms(Arm... arms) {
      return optArms(List.of(arms));
    }

    public Builder optArms(List<Arm> arms) {
      this.arms = arms;
      return this;
    }

    public Builder optPrecision(Precision precision) {
      this.precision = precision;
      return this;
    }

    public Builder optDevice(DeviceChoice device) {
      this.device = device;
      return this;
    }

    public Builder optThreads(int threads) {
      this.threads = threads;
      return this;
    }

    /**
     * @throws SettingException if a value makes no study
     */
    public Settings build() {
      return new Settings(
          epochs,
          seed,
          replicas,
          hidden,
          bias,
          trainSize,
          testSize,
          red,
          green,
          blue,
          learningRate,
          lambda,
          epsilon,
          arms,
          precision,
          device,
          threads);
    }
  }
}
