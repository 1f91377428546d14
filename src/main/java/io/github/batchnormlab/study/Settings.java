package io.github.batchnormlab.study;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Everything that decides the numbers of a study, checked once when it is made.
 *
 * <p>Each setting is declared here and nowhere else. Options of the command line, properties,
 * checks, files and tables are made from the declarations by {@link Options}.
 *
 * @param table the table that is learned, if there is one
 * @param data the rows
 * @param net the networks
 * @param fit how they are trained
 * @param machine where
 */
public record Settings(Table table, Data data, Net net, Fit fit, Machine machine) {

  /** One array holds at most 2^31 - 1 bytes, and three float64 values of each point. */
  private static final int MOST_POINTS = Integer.MAX_VALUE / (3 * Double.BYTES);

  /** What nobody calls a folder with images, but forgets the target of. */
  private static final Pattern NAME_OF_TABLE = Pattern.compile("(?i).*\\.(csv|tsv|txt|gz)");

  private static final String POINTS = "[1, " + MOST_POINTS + "]";

  /** A table of the user's own, in place of the article's points. */
  public record Table(
      @Setting(
              value = "",
              kind = "FILE",
              mayMove = true,
              draws = true,
              label = "Data",
              help =
                  "What to learn in place of the article's points: with --target a table, a CSV file"
                      + " with a header, in UTF-8, perhaps compressed (.csv.gz); without it images, a"
                      + " folder with the four IDX files of MNIST or Fashion-MNIST, or mnist or"
                      + " fashion-mnist, which are downloaded once if no folder here has the name")
          String data,
      @Setting(
              value = "",
              of = Setting.Of.TABLES,
              kind = "COLUMN[,COLUMN...]",
              draws = true,
              label = "Targets",
              help =
                  "Columns to learn; all others are features. A name that holds a comma or a quote"
                      + " goes in quotes, as in a CSV file")
          String target,
      @Setting(
              value = "",
              of = Setting.Of.TABLES,
              kind = "COLUMN[,COLUMN...]",
              draws = true,
              label = "Columns left out",
              help = "Columns to leave out")
          String ignore,
      @Setting(
              value = ",",
              of = Setting.Of.TABLES,
              kind = "CHAR",
              draws = true,
              label = "Delimiter",
              help = "What parts the cells: a comma, a semicolon, or the word tab")
          Delimiter delimiter,
      @Setting(
              value = "auto",
              of = Setting.Of.TABLES,
              kind = "TASK",
              draws = true,
              label = "Task",
              help =
                  "What is learned: auto (classes if the target is text, else numbers), regression or"
                      + " classification")
          TaskChoice task,
      @Setting(
              value = "refuse",
              of = Setting.Of.TABLES,
              kind = "RULE",
              draws = true,
              label = "Missing values",
              help =
                  "What becomes of missing values: refuse, drop (their rows are left out), or median"
                      + " (the training rows' median or most frequent category stands in)")
          Missing missing,
      @Setting(
              value = "0.2",
              of = Setting.Of.TABLES,
              unless = "test-data",
              kind = "X",
              range = "(0, 1)",
              draws = true,
              label = "Share of the test rows",
              help = "Share of the rows that is for testing, drawn anew for each replica")
          double testShare,
      @Setting(
              value = "",
              of = Setting.Of.TABLES,
              kind = "FILE",
              mayMove = true,
              draws = true,
              label = "Table of the test rows",
              help = "Table with the same columns whose rows are for testing, in place of a share")
          String testData,
      @Setting(
              value = "true",
              of = Setting.Of.TABLES,
              kind = "true|false",
              draws = true,
              label = "Standardized columns",
              help =
                  "Whether features, and targets that are numbers, are standardized by the training"
                      + " rows' mean and deviation")
          boolean standardize) {}

  /** The rows: how many of them, and where the article's points lie. */
  public record Data(
      @Setting(
              value = "1000",
              withData = "all",
              kind = "N",
              range = POINTS,
              draws = true,
              label = "Training rows",
              help = "Training points, or how many training rows or images to keep")
          Rows trainSize,
      @Setting(
              value = "300",
              withData = "all",
              kind = "N",
              range = POINTS,
              draws = true,
              label = "Test rows",
              help = "Test points, or how many test rows or images to keep")
          Rows testSize,
      @Setting(
              value = "-1:1",
              of = Setting.Of.POINTS,
              kind = "LOW:HIGH",
              draws = true,
              label = "Range of r",
              help = "Range of the input r")
          Range red,
      @Setting(
              value = "-1:1",
              of = Setting.Of.POINTS,
              kind = "LOW:HIGH",
              draws = true,
              label = "Range of g",
              help = "Range of the input g")
          Range green,
      @Setting(
              value = "-1:1",
              of = Setting.Of.POINTS,
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
              help =
                  "Networks to compare, of these, and of layers of your own as NAME=CLASS, such as"
                      + " mine=com.example.MyNorm")
          List<Arm> arms,
      @Setting(
              value = "none",
              of = Setting.Of.IMAGES,
              kind = "CHANNELSxKERNEL[,...]",
              draws = true,
              label = "Convolutional layers",
              help =
                  "Convolutional layers before the hidden ones, such as 6x5,16x5: each a convolution,"
                      + " normalization, the activation and average pooling of 2 x 2")
          Convolutions conv,
      @Setting(
              value = "300",
              kind = "N[,N...]",
              draws = true,
              label = "Hidden units",
              help =
                  "Units of the hidden layer, or of several from the input on, such as 64,64,32, or"
                      + " 64x20 for 20 layers of 64")
          Layers hidden,
      @Setting(
              value = "tanh",
              kind = "FUNCTION",
              label = "Activation",
              help = "Function behind each hidden layer: tanh, relu, sigmoid, gelu or linear")
          Activation activation,
      @Setting(
              value = "normal",
              withData = "pytorch",
              kind = "INIT",
              draws = true,
              label = "Initial weights",
              help =
                  "How the weights are drawn: normal (from N(0, 1), as the article does), pytorch (as"
                      + " torch.nn.Linear does) or xavier (as torch.nn.init.xavier_uniform_ does,"
                      + " with biases of zero)")
          Init init,
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
          double epsilon) {

    /** {@return how many hidden layers there are, convolutions first} */
    public int hiddenLayers() {
      return conv.count() + hidden.units().size();
    }

    /**
     * {@return the arm of a name, if it is one of the study's}
     *
     * @param id the name
     */
    public Optional<Arm> arm(String id) {
      return arms.stream().filter(arm -> arm.id().equals(id)).findFirst();
    }
  }

  /** How the networks are trained. */
  public record Fit(
      @Setting(
              value = "10000",
              kind = "N",
              range = "[1, ∞)",
              mayGrow = true,
              label = "Epochs",
              help = "Passes of training, each over all training rows")
          int epochs,
      @Setting(
              value = "0",
              kind = "SEED",
              range = "[0, 2147483647]",
              label = "Seed of the first replica",
              help = "Seed of the points or the split, the initial weights and the shuffling")
          int seed,
      @Setting(
              value = "1",
              kind = "N",
              range = "[1, ∞)",
              label = "Replicas",
              help = "How often to repeat the study, with the seeds seed, seed + 1, …")
          int replicas,
      @Setting(
              value = "full",
              kind = "full|N",
              range = "[1, ∞)",
              label = "Batch size",
              help =
                  "Rows of a step: full (all of them), or a number; then they are shuffled in each"
                      + " epoch")
          BatchSize batchSize,
      @Setting(
              value = "adam",
              kind = "OPTIMIZER",
              label = "Optimizer",
              help = "What makes the steps: adam, or sgd (torch.optim.SGD without momentum)")
          OptimizerChoice optimizer,
      @Setting(
              value = "0.001",
              kind = "X",
              range = "(0, ∞)",
              label = "Learning rate",
              help = "Learning rate of the optimizer")
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
          int threads,
      @Setting(
              value = "false",
              of = Setting.Of.TABLES,
              kind = "true|false",
              label = "Rows in fixed blocks",
              help =
                  "Whether rows stay in blocks of a fixed size, whose gradients are added up in a fixed"
                      + " order, as a study over many machines has them: the same numbers to the last"
                      + " bit on any number of machines and on this one")
          boolean blocks) {}

  /**
   * @param table the table that is learned, if there is one
   * @param data the rows
   * @param net the networks
   * @param fit how they are trained
   * @param machine where
   * @throws SettingException if a value makes no study
   */
  public Settings {
    for (Options.Option option : Options.all()) {
      option.checkRange(option.in(table, data, net, fit, machine));
    }
    int lastSeed = Integer.MAX_VALUE - fit.seed;
    check(
        fit.replicas - 1 <= lastSeed,
        "replicas",
        fit.replicas,
        "must leave the last seed, " + fit.seed + " + replicas - 1, at most 2147483647");
    check(
        net.arms.stream().map(Arm::id).distinct().count() == net.arms.size(),
        "arms",
        Options.text(net.arms),
        "must name each arm once");
    boolean ofData = !table.data.isEmpty();
    check(
        kind(table.data, table.target) != Kind.IMAGES
            || !NAME_OF_TABLE.matcher(table.data).matches(),
        "target",
        table.target,
        "must name the column to learn where --data is a file (images are in a folder)");
    check(
        ofData || data.trainSize.count().isPresent() && data.testSize.count().isPresent(),
        data.trainSize.count().isPresent() ? "test-size" : "train-size",
        data.trainSize.count().isPresent() ? data.testSize : data.trainSize,
        "must be a number without --data");
    if (machine.blocks) {
      check(
          fit.batchSize.isFull(),
          "batch-size",
          fit.batchSize,
          "must be full where rows are in blocks, which stay where they are and in their order");
      check(
          table.testData.isEmpty(),
          "test-data",
          table.testData,
          "must not be given where rows are in blocks: the test rows are a share of the table");
      check(
          table.missing != Missing.MEDIAN,
          "missing",
          Options.text(table.missing),
          "must be refuse or drop where rows are in blocks: a median needs all rows in one place");
      check(
          machine.device.equals(DeviceChoice.parse("cpu")),
          "device",
          machine.device,
          "must be cpu where rows are in blocks");
    }
    for (Arm arm : net.arms) {
      check(
          data.trainSize.count().orElse(Integer.MAX_VALUE) >= arm.leastRows(),
          "train-size",
          data.trainSize,
          "must be at least " + arm.leastRows() + " for the arm " + arm);
      check(
          fit.batchSize.rows().orElse(Integer.MAX_VALUE) >= arm.leastRows(),
          "batch-size",
          fit.batchSize,
          "must be at least " + arm.leastRows() + " for the arm " + arm);
    }
  }

  /** What is learned. */
  public enum Kind {
    /** The article's points. */
    POINTS("point"),
    /** A table of the user's own. */
    TABLE("row"),
    /** Images with a class each. */
    IMAGES("image");

    private final String row;

    Kind(String row) {
      this.row = row;
    }

    /** {@return what one of its rows is called} */
    public String row() {
      return row;
    }

    /** {@return what its rows are called} */
    public String rows() {
      return row + "s";
    }
  }

  /** {@return what is learned} */
  public Kind kind() {
    return kind(table.data, table.target);
  }

  /** A table has columns to name, and images have none. */
  static Kind kind(String data, String target) {
    if (data.isEmpty()) {
      return Kind.POINTS;
    }
    return target.isEmpty() ? Kind.IMAGES : Kind.TABLE;
  }

  /** {@return whether a table or images are learned, and not the article's points} */
  public boolean hasData() {
    return kind() != Kind.POINTS;
  }

  private static void check(boolean holds, String setting, Object value, String rule) {
    if (!holds) {
      throw new SettingException(setting, value, rule);
    }
  }

  /** {@return the article's settings} */
  public static Settings defaults() {
    return parse(Map.of());
  }

  /**
   * Reads settings.
   *
   * @param texts values by the names of the settings, as a user would write them; a setting that is
   *     not among them has its default
   * @return the settings
   * @throws SettingException if a name is no setting's, or a value makes no study
   */
  public static Settings parse(Map<String, String> texts) {
    return Options.parse(texts);
  }

  /**
   * {@return the same settings with another value}
   *
   * @param name a setting's name, such as {@code train-size}
   * @param value its value, or what {@link #parse} takes for it
   * @throws SettingException if there is no such setting, or the value makes no study
   */
  public Settings with(String name, Object value) {
    return with(Map.of(name, value));
  }

  /**
   * {@return the same settings with several other values, see {@link #with(String, Object)}}
   *
   * @param values values by the names of the settings
   */
  public Settings with(Map<String, ?> values) {
    Map<String, String> texts = new LinkedHashMap<>();
    Options.all().stream()
        .filter(
            option ->
                option.isIn(this)
                    && !option.isDefault(this)) // Another kind of study has other defaults.
        .forEach(option -> texts.put(option.name(), Options.text(option.in(this))));
    values.forEach((name, value) -> texts.put(name, Options.text(value)));
    return parse(texts);
  }

  /**
   * {@return whether these are settings of the same run, which may have grown, and its files moved}
   *
   * @param other the other settings
   */
  public boolean isOfRunOf(Settings other) {
    return kind() == other.kind()
        && Options.all().stream()
            .filter(option -> !option.mayGrow())
            .allMatch(
                option ->
                    option.mayMove()
                        ? option.isIn(this) == option.isIn(other)
                        : option.in(this).equals(option.in(other)));
  }

  /**
   * {@return what a user would write for every setting that has a part in the study, by its name,
   * in the order of the declarations; {@link #parse} reads it}
   */
  public Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    values().forEach((name, value) -> texts.put(name, Options.text(value)));
    return texts;
  }

  /**
   * {@return the value of every setting that has a part in the study by its name, in the order of
   * the declarations}
   */
  public Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    Options.all().stream()
        .filter(option -> option.isIn(this))
        .forEach(option -> values.put(option.name(), option.in(this)));
    return values;
  }
}
