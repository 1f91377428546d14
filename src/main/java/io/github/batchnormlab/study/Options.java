package io.github.batchnormlab.study;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The settings as their declarations in {@link Settings} say: one walk over the components of its
 * records, from which everything else that must know all settings is made.
 */
public final class Options {
  /** How the text of a value is read; a text that makes none is answered with the rule for it. */
  private static final Map<Class<?>, Function<String, Object>> READERS =
      Map.ofEntries(
          reader(int.class, Options::whole),
          reader(double.class, Options::number),
          reader(boolean.class, Options::trueOrFalse),
          reader(String.class, Options::notEmpty),
          reader(List.class, Arm::parseList),
          reader(Layers.class, Layers::parse),
          reader(Convolutions.class, Convolutions::parse),
          reader(Range.class, Range::parse),
          reader(Rows.class, Rows::parse),
          reader(Delimiter.class, Delimiter::parse),
          reader(BatchSize.class, BatchSize::parse),
          reader(DeviceChoice.class, DeviceChoice::parse));

  /** The setting that makes a study one of a table or of images. */
  private static final String DATA = "data";

  /** The setting that then makes it one of a table. */
  private static final String TARGET = "target";

  private static final List<Option> ALL =
      Arrays.stream(Settings.class.getRecordComponents())
          .flatMap(
              group ->
                  Arrays.stream(group.getType().getRecordComponents())
                      .map(setting -> new Option(group, setting)))
          .toList();

  private Options() {}

  private static Map.Entry<Class<?>, Function<String, Object>> reader(
      Class<?> type, Function<String, Object> reader) {
    return Map.entry(type, reader);
  }

  /** {@return all settings, in the order of their declarations} */
  public static List<Option> all() {
    return ALL;
  }

  /**
   * {@return the setting of a name}
   *
   * @param name the name
   * @throws IllegalArgumentException if there is none
   */
  public static Option named(String name) {
    return ALL.stream()
        .filter(option -> option.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no setting is called " + name));
  }

  private static void checkName(String name, String value) {
    if (ALL.stream().noneMatch(option -> option.name().equals(name))) {
      throw new SettingException(name, value, "is no setting");
    }
  }

  /** A setting. */
  public static final class Option {
    private final RecordComponent group;
    private final RecordComponent component;
    private final Setting facts;
    private final String name;
    private final Interval range;

    private Option(RecordComponent group, RecordComponent component) {
      this.group = group;
      this.component = component;
      facts = component.getAnnotation(Setting.class);
      name = component.getName().replaceAll("[A-Z]", "-$0").toLowerCase(Locale.ROOT);
      range = facts.range().isEmpty() ? null : Interval.parse(facts.range());
    }

    /** {@return the name without dashes before it, such as {@code train-size}} */
    public String name() {
      return name;
    }

    /** {@return what the settings of the same record have in common, such as {@code data}} */
    public String group() {
      return group.getName();
    }

    /** {@return the default as a user would write it, or in words what it is taken from} */
    public String defaultText() {
      if (facts.value().equals(Setting.CORES)) {
        return "the number of cores";
      }
      String text = facts.value().isEmpty() ? "none" : facts.value();
      return facts.withData().isEmpty() ? text : text + "; " + facts.withData() + " with --" + DATA;
    }

    /** The default in a kind of study, as a user would write it. */
    private String defaultText(Settings.Kind kind) {
      return kind != Settings.Kind.POINTS && !facts.withData().isEmpty()
          ? facts.withData()
          : facts.value();
    }

    /** Whether it has a part in studies of a kind. */
    private boolean isOf(Settings.Kind kind) {
      return switch (facts.of()) {
        case ALL -> true;
        case TABLES -> kind == Settings.Kind.TABLE;
        case IMAGES -> kind == Settings.Kind.IMAGES;
        case POINTS -> kind == Settings.Kind.POINTS;
      };
    }

    /** Why it has no part in studies of a kind. */
    private String whyNotOf(Settings.Kind kind) {
      boolean areNoData = kind == Settings.Kind.POINTS;
      return switch (facts.of()) {
        case TABLES ->
            areNoData
                ? "needs --" + DATA
                : "must be left out for images (a table needs --" + TARGET + ")";
        case IMAGES ->
            areNoData
                ? "needs images as --" + DATA
                : "must be left out for a table (images have no --" + TARGET + ")";
        default -> "must not be given with --" + DATA;
      };
    }

    /**
     * {@return whether it has a part in a study, and a value}
     *
     * @param settings the settings
     */
    public boolean isIn(Settings settings) {
      return isOf(settings.kind())
          && !in(settings).equals("")
          && ALL.stream()
              .noneMatch(other -> other.name.equals(facts.unless()) && other.isIn(settings));
    }

    /**
     * {@return whether its value in some settings is the default of such studies on every machine}
     *
     * @param settings the settings
     */
    public boolean isDefault(Settings settings) {
      return hasFixedDefault() && in(settings).equals(readDefault(settings.kind()));
    }

    /** {@return whether there is a value if none is given} */
    public boolean hasDefault() {
      return !facts.value().isEmpty();
    }

    /** {@return whether the default is the same on every machine} */
    public boolean hasFixedDefault() {
      return !facts.value().equals(Setting.CORES);
    }

    /** {@return what stands for the value in the help, such as {@code N}} */
    public String kind() {
      return facts.kind();
    }

    /** {@return one sentence of help, without its full stop} */
    public String help() {
      return facts.help();
    }

    /** {@return the values to choose from, each with what it is; empty if they are not a list} */
    public Map<String, String> choices() {
      return component.getType() == List.class ? Arm.descriptions() : Map.of();
    }

    /** {@return the name in the report} */
    public String label() {
      return facts.label();
    }

    /** {@return whether a run that goes on may have a larger value} */
    public boolean mayGrow() {
      return facts.mayGrow();
    }

    /** {@return whether it is a file of which a run that goes on may have another place} */
    public boolean mayMove() {
      return facts.mayMove();
    }

    /** {@return whether it has a part in the data and the initial weights of a seed} */
    public boolean draws() {
      return facts.draws();
    }

    /**
     * {@return the value in some settings}
     *
     * @param settings the settings
     */
    public Object in(Settings settings) {
      return invoke(component, (Record) invoke(group, settings));
    }

    /** The value in the one of some records that declares it. */
    Object in(Record... groups) {
      for (Record candidate : groups) {
        if (candidate.getClass() == group.getType()) {
          return invoke(component, candidate);
        }
      }
      throw new IllegalArgumentException(name + " is in none of " + Arrays.toString(groups));
    }

    private Object read(String text) {
      try {
        Function<String, Object> reader = READERS.get(component.getType());
        return reader == null ? constant(component.getType(), text) : reader.apply(text);
      } catch (IllegalArgumentException e) {
        throw new SettingException(name, text, e.getMessage());
      }
    }

    private Object readDefault(Settings.Kind kind) {
      if (!hasFixedDefault()) {
        return Runtime.getRuntime().availableProcessors();
      }
      String text = defaultText(kind);
      return text.isEmpty() ? text : read(text);
    }

    private Object read(Map<String, String> texts, Settings.Kind kind) {
      String text = texts.get(name);
      if (text == null) {
        return readDefault(kind);
      }
      if (!isOf(kind)) {
        throw new SettingException(name, text, whyNotOf(kind));
      }
      if (!texts.getOrDefault(facts.unless(), "").isEmpty()) {
        throw new SettingException(name, text, "must not be given with --" + facts.unless());
      }
      return read(text);
    }

    void checkRange(Object value) {
      OptionalDouble number = number(value);
      if (range != null && number.isPresent() && !range.contains(number.getAsDouble())) {
        throw new SettingException(name, value, range.rule());
      }
    }

    private static OptionalDouble number(Object value) {
      if (value instanceof Rows rows) {
        return rows.count().stream().asDoubleStream().findFirst();
      }
      if (value instanceof BatchSize size) {
        return size.rows().stream().asDoubleStream().findFirst();
      }
      return value instanceof Number number
          ? OptionalDouble.of(number.doubleValue())
          : OptionalDouble.empty();
    }
  }

  static Settings parse(Map<String, String> texts) {
    texts.forEach(Options::checkName);
    Settings.Kind kind =
        Settings.kind(texts.getOrDefault(DATA, ""), texts.getOrDefault(TARGET, ""));
    Map<String, Object> values = new HashMap<>();
    for (Option option : ALL) {
      values.put(option.name(), option.read(texts, kind));
    }
    Object[] groups =
        Arrays.stream(Settings.class.getRecordComponents())
            .map(
                group ->
                    make(
                        group.getType(),
                        ALL.stream()
                            .filter(option -> option.group().equals(group.getName()))
                            .map(option -> values.get(option.name()))
                            .toArray()))
            .toArray();
    return (Settings) make(Settings.class, groups);
  }

  /**
   * {@return a value as a user would write it}
   *
   * @param value the value
   */
  public static String text(Object value) {
    if (value instanceof List<?> list) {
      return list.stream()
          .map(element -> element instanceof Arm arm ? arm.text() : element.toString())
          .collect(Collectors.joining(","));
    }
    return value.toString();
  }

  private static Object notEmpty(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("must not be empty");
    }
    return text;
  }

  private static Object whole(String text) {
    return whole(text, "");
  }

  /**
   * Reads a whole number.
   *
   * @param or what else it may be, for the rule
   */
  static int whole(String text, String or) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "must be " + or + "a whole number of at most 2147483647", e);
    }
  }

  /** Reads the name of a constant: what its {@code toString} gives. */
  private static Object constant(Class<?> type, String text) {
    List<String> names = Arrays.stream(type.getEnumConstants()).map(Object::toString).toList();
    int index = names.indexOf(text);
    if (index < 0) {
      int last = names.size() - 1;
      throw new IllegalArgumentException(
          "must be " + String.join(", ", names.subList(0, last)) + " or " + names.get(last));
    }
    return type.getEnumConstants()[index];
  }

  private static Object number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a number", e);
    }
  }

  private static Object trueOrFalse(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("must be true or false");
    };
  }

  private static Object invoke(RecordComponent component, Record owner) {
    try {
      return component.getAccessor().invoke(owner);
    } catch (InvocationTargetException | IllegalAccessException e) {
      throw new IllegalStateException("An accessor of a record has failed", e);
    }
  }

  private static Object make(Class<?> type, Object[] values) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructors()[0];
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  /** Numbers from a lower to a higher end, each included or not: {@code [0, 1)}, {@code [1, ∞)}. */
  private record Interval(double low, boolean withLow, double high, boolean withHigh) {
    static Interval parse(String text) {
      List<String> ends =
          new ArrayList<>(List.of(text.substring(1, text.length() - 1).split(", ")));
      ends.replaceAll(end -> end.replace("∞", "Infinity"));
      return new Interval(
          Double.parseDouble(ends.get(0)),
          text.startsWith("["),
          Double.parseDouble(ends.get(1)),
          text.endsWith("]"));
    }

    boolean contains(double value) {
      return (withLow ? value >= low : value > low) && (withHigh ? value <= high : value < high);
    }

    /** What a number must be, to follow the setting's name. */
    String rule() {
      if (Double.isInfinite(high)) {
        return withLow
            ? "must be at least " + shown(low)
            : "must be a finite number above " + shown(low);
      }
      if (withLow && withHigh) {
        return "must be between " + shown(low) + " and " + shown(high);
      }
      return "must be "
          + (withLow ? "at least " : "above ")
          + shown(low)
          + " and "
          + (withHigh ? "at most " : "below ")
          + shown(high);
    }

    private static String shown(double end) {
      return end == Math.rint(end) ? Long.toString((long) end) : Double.toString(end);
    }
  }
}
