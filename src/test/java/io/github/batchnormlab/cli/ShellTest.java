package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.batchnormlab.study.Program;
import io.github.batchnormlab.study.Settings;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.codehaus.plexus.util.cli.CommandLineUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Commands are pasted into real shells, where a script stands in for Maven. */
class ShellTest {
  private static final List<String> NAMES =
      List.of(
          "plain",
          "a b",
          "  two  spaces at both ends  ",
          "o'brien",
          "the \"best\" run",
          "both ' and \"",
          "'",
          "\"",
          "'\"'\"",
          "$(touch pwned)",
          "`touch pwned`",
          "a;touch pwned",
          "a&touch pwned&",
          "a|touch pwned",
          "a>pwned",
          "$HOME",
          "${HOME}",
          "it's ${user.home} \"${HOME}\"",
          "$${x}",
          "two\nlines",
          "tab\there",
          "grün, 学习",
          "-dash",
          "--epochs",
          "@file",
          "*",
          "?[a]{b,c}",
          "~",
          "#1",
          "a!b!!",
          "back\\slash\\",
          "\\'",
          "50%",
          "(a)<b>",
          "=x");

  private static final Path SH = Path.of("/bin/sh");

  @TempDir private Path folder;

  /** A {@code mvn} that notes its arguments. */
  private void makeMaven() throws Exception {
    makeProgram(folder.resolve("bin/mvn"));
  }

  /** A program that notes its arguments, each ended by a null character. */
  private static void makeProgram(Path file) throws Exception {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\nprintf '%s\\0' \"$@\" >\"$NOTED\"\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  private static List<List<String>> shells() {
    List<List<String>> shells = new ArrayList<>(List.of(List.of(SH.toString())));
    if (Files.isExecutable(Path.of("/bin/bash"))) { // There a "!" in a pasted line is special.
      shells.add(List.of("/bin/bash", "--norc", "--noediting", "-i"));
    }
    return shells;
  }

  /** Pastes a command into a shell; gives what the program was called with. */
  private List<String> pasted(List<String> shell, String command) throws Exception {
    Path noted = folder.resolve("noted");
    Files.deleteIfExists(noted);
    Path work = Files.createDirectories(folder.resolve("work"));
    ProcessBuilder builder =
        new ProcessBuilder(shell)
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile());
    builder.environment().put("NOTED", noted.toString());
    builder
        .environment()
        .merge(
            "PATH", folder.resolve("bin").toString(), (old, bin) -> bin + File.pathSeparator + old);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    try (var in = process.getOutputStream()) {
      in.write((command + "\nexit\n").getBytes(StandardCharsets.UTF_8));
    }
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    String out = Files.readString(folder.resolve("out"));
    assertTrue(Files.exists(noted), () -> command + " called nothing: " + out);
    assertEquals(0, work.toFile().list().length, () -> command + " has done something else");
    String all = Files.readString(noted);
    return Arrays.asList(all.substring(0, all.length() - 1).split("\0", -1));
  }

  /** What the plugin makes of exec.args, where Maven has put no property's value into it. */
  private static List<String> split(String argument) throws Exception {
    String prefix = "-Dexec.args=";
    assertTrue(argument.startsWith(prefix), argument);
    assertFalse(argument.contains("${"), argument);
    return List.of(CommandLineUtils.translateCommandline(argument.substring(prefix.length())));
  }

  static Stream<String> names() {
    return NAMES.stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void aFolderOfAnyNameSurvivesAShellAndTheSplittingByThePlugin(String name) throws Exception {
    assumeTrue(Files.isExecutable(SH), "It takes a POSIX shell.");
    makeMaven();
    Settings settings = Settings.defaults().with("device", "gpu:1");
    String command = RepeatCommand.goingOn(Shell.POSIX, settings, Path.of(name));
    for (List<String> shell : shells()) {
      List<String> called = pasted(shell, command);
      assertEquals(
          List.of("compile", "exec:java", "-Dbn.device=gpu:1"), called.subList(0, 3), command);
      assertEquals(4, called.size(), command);
      List<String> arguments = split(called.get(3));
      String plain = name.startsWith("-") ? "./" + name : name;
      assertEquals(List.of("resume", plain), arguments, command);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void aFolderOfAnyNameReachesTheScriptOfThePackage(String name) throws Exception {
    assumeTrue(Files.isExecutable(SH), "It takes a POSIX shell.");
    Path script = folder.resolve("in " + name).resolve("batchnorm-lab");
    makeProgram(script);
    Settings settings = Settings.defaults().with("device", "gpu:1");
    String command =
        asCalled(
            script.toString(), () -> RepeatCommand.goingOn(Shell.POSIX, settings, Path.of(name)));
    String plain = name.startsWith("-") ? "./" + name : name;
    for (List<String> shell : shells()) {
      assertEquals(List.of("resume", plain, "--device", "gpu:1"), pasted(shell, command), command);
    }
  }

  private static String asCalled(String script, Supplier<String> command) {
    System.setProperty(Program.PROPERTY, script);
    try {
      return command.get();
    } finally {
      System.clearProperty(Program.PROPERTY);
    }
  }

  @Test
  void aScriptOnThePathIsCalledByItsName() {
    Settings settings = Settings.defaults().with("arms", "none").with("threads", 3);
    assertEquals(
        "batchnorm-lab --arms none --threads 3",
        asCalled("batchnorm-lab", () -> RepeatCommand.of(settings, null)));
    assertEquals(
        "batchnorm-lab resume \"a b\"",
        asCalled("batchnorm-lab", () -> RepeatCommand.goingOn(settings, Path.of("a b"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "batchnorm-lab | C:\\runs\\a | batchnorm-lab resume C:\\runs\\a",
        "batchnorm-lab | C:\\my runs\\a | batchnorm-lab resume \"C:\\my runs\\a\"",
        "C:\\my lab\\batchnorm-lab | o'brien | & \"C:\\my lab\\batchnorm-lab\" resume \"o'brien\"",
        "batchnorm-lab | $(x) | batchnorm-lab resume '$(x)'",
        "batchnorm-lab | a,b | batchnorm-lab resume \"a,b\"",
      })
  void powerShellCallsTheScript(String script, String name, String expected) {
    assertEquals(expected, Shell.POWERSHELL.command(script, List.of("resume", name)));
  }

  @Test
  void theCommandThatRepeatsARunSurvivesToo() throws Exception {
    assumeTrue(Files.isExecutable(SH), "It takes a POSIX shell.");
    makeMaven();
    Settings settings =
        Settings.defaults().with("arms", "none").with("red", "-2:0.5").with("threads", 3);
    List<String> called = pasted(List.of(SH.toString()), RepeatCommand.of(settings, null));
    assertEquals(
        List.of("--red", "-2:0.5", "--arms", "none", "--threads", "3"), split(called.get(2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "run | -Dexec.args=\"resume run\"",
        "a b | -Dexec.args=\"resume 'a b'\"",
        "o'brien | -Dexec.args='resume \"o'\\''brien\"'",
        "$(x) | -Dexec.args='resume $(x)'",
        "$(x y) | -Dexec.args='resume \"$(x y)\"'",
      })
  void whatNeedsFewQuotesHasFew(String name, String expected) {
    assertEquals(expected, Shell.POSIX.execArgs(List.of("resume", name)));
  }

  /** PowerShell splits an argument such as -Da.b=c that is not quoted as a whole. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "C:\\runs\\a | \"-Dexec.args=resume C:\\runs\\a\"",
        "C:\\my runs\\a | \"-Dexec.args=resume 'C:\\my runs\\a'\"",
        "o'brien | '-Dexec.args=resume \\\"o''brien\\\"'",
        "$(x y) | '-Dexec.args=resume \\\"$(x y)\\\"'",
        "a`b | '-Dexec.args=resume a`b'",
        "o’brien | \"-Dexec.args=resume o’brien\"",
        "$o’brien | '-Dexec.args=resume $o’’brien'",
      })
  void powerShellHasQuotesOfItsOwn(String name, String expected) {
    assertEquals(expected, Shell.POWERSHELL.execArgs(List.of("resume", name)));
    assertEquals("\"-Dbn.device=gpu:1\"", Shell.POWERSHELL.property("bn.device", "gpu:1"));
  }
}
