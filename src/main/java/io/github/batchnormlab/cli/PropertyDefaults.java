package io.github.batchnormlab.cli;

import java.util.TreeSet;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Takes the value of an option that is not given from the system property {@code bn.<option>}. */
final class PropertyDefaults implements IDefaultValueProvider {
  private static final String PREFIX = "bn.";

  @Override
  public String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    String value = System.getProperty(property(option));
    boolean isFlag = option.arity().max() == 0;
    return isFlag && "".equals(value) ? "true" : value;
  }

  /** Whether a flag is given as a property. Picocli acts on help and version only as options. */
  static boolean isSet(String flag) {
    String value = System.getProperty(PREFIX + flag);
    return value != null && !value.equals("false");
  }

  /** Whether an option is given as a property, with any value. */
  static boolean isGiven(String option) {
    return System.getProperty(PREFIX + option) != null;
  }

  /** A sentence on a property that is no option, or an empty text. */
  static String unknown(CommandSpec command) {
    for (String name : new TreeSet<>(System.getProperties().stringPropertyNames())) {
      if (name.startsWith(PREFIX)
          && command.options().stream().noneMatch(option -> property(option).equals(name))) {
        return "Unknown option: the system property " + name + "=" + System.getProperty(name);
      }
    }
    return "";
  }

  private static String property(OptionSpec option) {
    return PREFIX + option.longestName().replaceFirst("^--", "");
  }
}
