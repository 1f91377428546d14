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

  /** The name, without the prefix, of a property that is no option of a command, or empty. */
  static String unknown(CommandSpec command) {
    for (String name : new TreeSet<>(System.getProperties().stringPropertyNames())) {
      if (name.startsWith(PREFIX)
          && command.options().stream().noneMatch(option -> property(option).equals(name))) {
        return name.substring(PREFIX.length());
      }
    }
    return "";
  }

  /** A property as it was given. */
  static String shown(String name) {
    return PREFIX + name + "=" + System.getProperty(PREFIX + name);
  }

  private static String property(OptionSpec option) {
    return PREFIX + option.longestName().replaceFirst("^--", "");
  }
}
