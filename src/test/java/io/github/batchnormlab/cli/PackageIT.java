package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.util.cuda.CudaUtils;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.github.batchnormlab.ReadmeCode;
import io.github.batchnormlab.export.OnnxSession;
import io.github.batchnormlab.export.Python;
import io.github.batchnormlab.model.Prediction;
import io.github.batchnormlab.model.RowTranslator;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The package as a user has it: unpacked somewhere, called from elsewhere. */
class PackageIT {
  private static final String NAME = System.getProperty("package.name", "no package was built");
  private static final Path BUILT = Path.of("target").toAbsolutePath();
  private static final Path TABLE =
      Path.of("src/test/resources/data/diabetes.csv").toAbsolutePath();
  private static final String PROGRAM = "batchnorm-lab";
  private static final int TERMINATED = 143;

  @TempDir private static Path place;

  /** The unpacked package, in a folder whose name is not easy. */
  private static Path program;

  /** What the archive holds: permissions and checksum of each file. */
  private static final Map<String, String> IN_TAR = new TreeMap<>();

  @TempDir private Path work;

  private int logs;

  private record Ended(int code, String out, String err) {}

  @BeforeAll
  static void unpack() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "It takes a POSIX shell.");
    Path home = Files.createDirectories(place.resolve("Zwei Wörter"));
    try (InputStream file = Files.newInputStream(BUILT.resolve(NAME + ".tar.gz"));
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(file))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path to = home.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(to);
          continue;
        }
        Files.createDirectories(to.getParent());
        Files.copy(tar, to);
        boolean isExecutable = (entry.getMode() & 0111) != 0;
        assertTrue(!isExecutable || to.toFile().setExecutable(true));
        IN_TAR.put(entry.getName(), isExecutable + " " + checksum(to));
      }
    }
    program = home.resolve(NAME);
  }

  private static long checksum(Path file) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(Files.readAllBytes(file));
    return checksum.getValue();
  }

  private static Path script() {
    return program.resolve("bin").resolve(PROGRAM);
  }

  private ProcessBuilder builder(Map<String, String> environment, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder
        .environment()
        .keySet()
        .removeAll(Set.of("BATCHNORM_LAB_OPTS", "BATCHNORM_LAB_CLASSPATH", "LC_ALL", "LC_CTYPE"));
    builder.environment().put("LANG", "C.UTF-8");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    logs++;
    return builder
        .redirectOutput(place.resolve("out" + logs).toFile())
        .redirectError(place.resolve("err" + logs).toFile());
  }

  private Ended ended(Process process) throws Exception {
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("The process did not end.");
    }
    return new Ended(
        process.exitValue(),
        Files.readString(place.resolve("out" + logs)),
        Files.readString(place.resolve("err" + logs)));
  }

  private Ended run(Map<String, String> environment, List<String> command) throws Exception {
    return ended(builder(environment, command).start());
  }

  private Ended run(String... arguments) throws Exception {
    return run(script(), arguments);
  }

  private Ended run(Path file, String... arguments) throws Exception {
    return run(Map.of(), command(file, arguments));
  }

  private static List<String> command(Path file, String... arguments) {
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  @Test
  void bothArchivesHoldTheSameFiles() throws Exception {
    Map<String, String> inZip = new TreeMap<>();
    try (ZipFile zip = ZipFile.builder().setPath(BUILT.resolve(NAME + ".zip")).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        if (!entry.isDirectory()) {
          inZip.put(entry.getName(), ((entry.getUnixMode() & 0111) != 0) + " " + entry.getCrc());
        }
      }
    }
    assertEquals(IN_TAR, inZip);
    Set<String> names =
        IN_TAR.keySet().stream()
            .map(name -> name.substring(NAME.length() + 1))
            .filter(name -> !name.startsWith("lib/"))
            .collect(Collectors.toCollection(TreeSet::new));
    names.remove("dependencies.cdx.json");
    assertEquals(
        Set.of(
            "LICENSE",
            "README.md",
            "bin/batchnorm-lab",
            "bin/batchnorm-lab.bat",
            "share/bash-completion/completions/batchnorm-lab"),
        names);
  }

  @Test
  void theScriptNamesEveryLibraryAndTheOptionsOfMaven() throws Exception {
    String script = Files.readString(script());
    Set<String> named = new TreeSet<>();
    Matcher matcher = Pattern.compile("\\$lib/([^:\"*$]+\\.jar)").matcher(script);
    while (matcher.find()) {
      named.add(matcher.group(1));
    }
    assertEquals(jars("lib"), named);
    assertEquals(1, jars("lib/cpu").size());
    String forSpark = " --add-opens=\\S+"; // It is not in the package.
    String options =
        Files.readString(Path.of(".mvn", "jvm.config")).strip().replaceAll(forSpark, "");
    assertTrue(script.contains(" " + options + " "), script);
    String forWindows = Files.readString(program.resolve("bin").resolve(PROGRAM + ".bat"));
    assertTrue(forWindows.contains(" " + options + " "), forWindows);
    assertEquals(-1, forWindows.replace("\r\n", "").indexOf('\n'));
    assertFalse((script + forWindows).contains("@{"), script + forWindows);
  }

  private static Set<String> jars(String folder) throws IOException {
    try (Stream<Path> files = Files.list(program.resolve(folder))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void theListOfDependenciesIsThatOfTheLibraries() throws Exception {
    Path list = program.resolve("dependencies.cdx.json");
    assumeFalse(System.getProperty("cyclonedx.skip", "false").matches("|true"), "It was left out.");
    Set<String> listed = new TreeSet<>();
    for (JsonElement component :
        JsonParser.parseString(Files.readString(list))
            .getAsJsonObject()
            .getAsJsonArray("components")) {
      var it = component.getAsJsonObject();
      listed.add(it.get("name").getAsString() + "-" + it.get("version").getAsString());
    }
    Set<String> jars = new TreeSet<>();
    for (String jar : jars("lib")) {
      jars.add(jar.replace(".jar", ""));
    }
    jars.remove(NAME);
    for (String jar : jars("lib/cpu")) { // Behind the version it has the platform.
      jars.add(jar.replaceFirst("(-[\\d.]+)-.*", "$1"));
    }
    assertEquals(jars, listed);
  }

  @Test
  void aRunIsTrainedUsedAndExtendedFromElsewhereThroughLinks() throws Exception {
    Path first = Files.createSymbolicLink(place.resolve("first"), script());
    Path bin = Files.createDirectories(place.resolve("my bin"));
    Files.createSymbolicLink(bin.resolve("lab"), bin.relativize(first));
    Map<String, String> onPath = Map.of("PATH", bin + File.pathSeparator + System.getenv("PATH"));
    assertTrue(run(bin.resolve("lab"), "--version").out().startsWith("BatchNorm Lab "));

    Ended trained =
        run(
            "--data",
            TABLE.toString(),
            "--target",
            "target",
            "--hidden",
            "8",
            "--epochs",
            "3",
            "--output",
            "a run");
    assertEquals(0, trained.code(), trained.err());
    Path run = work.resolve("a run");
    assertTrue(Files.readString(run.resolve("report.html")).contains(PROGRAM + "&quot; --data"));

    List<String> lines = Files.readAllLines(TABLE);
    Files.write(work.resolve("new.csv"), lines.subList(0, 6));
    Ended predicted = run("predict", "a run", "new.csv");
    assertEquals(0, predicted.code(), predicted.err());
    List<String> rows = Files.readAllLines(work.resolve("new-predicted.csv"));
    assertEquals(6, rows.size(), rows.toString());
    assertTrue(rows.get(0).endsWith(",predicted_target"), rows.get(0));

    Ended resumed = run(onPath, List.of("/bin/sh", "-c", "lab resume 'a run' --epochs 5 --quiet"));
    assertEquals(0, resumed.code(), resumed.err());
    assertEquals(1 + 2 * 5, Files.readAllLines(run.resolve("losses.csv")).size());
    String record = Files.readString(run.resolve("run.json"));
    assertTrue(record.contains("\"command\": \"lab --data "), record);
    assertFalse(record.contains("mvn"), record);

    Ended help = run(onPath, List.of("/bin/sh", "-c", "lab help resume"));
    assertTrue(help.out().contains("\nUsage: lab resume RUN [OPTIONS]\n"), help.out());
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void codesAndSignalsPassThrough() throws Exception {
    Ended wrong = run("--epoch", "3");
    assertEquals(Main.REFUSED, wrong.code());
    assertEquals("Unknown option '--epoch'. Did you mean --epochs?", wrong.err().strip());

    Process process =
        builder(
                Map.of("BATCHNORM_LAB_OPTS", "-Xmx300m -Dbn.epochs=1000000"),
                command(
                    script(),
                    "--arms",
                    "none",
                    "--hidden",
                    "8",
                    "--checkpoint-every",
                    "1",
                    "--output",
                    "long"))
            .start();
    Path second = work.resolve("long/checkpoints/none-0.checkpoint.previous");
    while (process.isAlive() && !Files.exists(second)) {
      Thread.sleep(20);
    }
    process.destroy();
    Ended stopped = ended(process);
    assertEquals(TERMINATED, stopped.code(), stopped.err());
    assertTrue(stopped.err().contains("To go on: \"" + script() + "\" resume "), stopped.err());
  }

  @Test
  void withoutAJavaThatIsNewEnoughASentenceSaysSo() throws Exception {
    Ended none = run(Map.of("JAVA_HOME", "/no where"), command(script(), "--version"));
    assertEquals(Main.FAILED, none.code());
    assertEquals(
        "BatchNorm Lab needs Java 17 or newer, and finds no java (JAVA_HOME is /no where).\n",
        none.err());

    Path old = Files.createDirectories(work.resolve("old java/bin"));
    Path java = old.resolve("java");
    Files.writeString(java, "#!/bin/sh\necho 'java version \"1.8.0_402\"' >&2\n");
    assertTrue(java.toFile().setExecutable(true));
    String sentence = "BatchNorm Lab needs Java 17 or newer, and this is Java 1.8.0_402 (JAVA_HOME";
    for (boolean hasRelease : new boolean[] {false, true}) {
      if (hasRelease) {
        Files.writeString(
            old.resolveSibling("release"), "OS_NAME=\"Linux\"\nJAVA_VERSION=\"1.8.0_402\"");
      }
      for (Map<String, String> environment :
          List.of(
              Map.of("JAVA_HOME", old.getParent().toString()),
              Map.of("JAVA_HOME", "", "PATH", old + ":" + System.getenv("PATH")))) {
        Ended tooOld = run(environment, command(script(), "--version"));
        assertEquals(Main.FAILED, tooOld.code());
        assertTrue(tooOld.err().startsWith(sentence), tooOld.err());
      }
    }
  }

  /** A Java that says what it is called with stands in for the real one. */
  @Test
  void whatIsGivenReachesJavaAsItIs() throws Exception {
    Path home = Files.createDirectories(work.resolve("any java/bin")).getParent();
    Path java = home.resolve("bin/java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertTrue(java.toFile().setExecutable(true));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"21\"\n");
    Map<String, String> environment =
        Map.of("JAVA_HOME", home.toString(), "BATCHNORM_LAB_OPTS", " -Xmx4g  -Dx=* ");
    String[] odd = {"a  b", "", "*", "$HOME", "'", "\"", "\\", "--", "-e", "grün"};
    List<String> lines = called(environment, odd);
    assertEquals(List.of(odd), lines.subList(lines.size() - odd.length, lines.size()));
    assertEquals(Main.class.getName(), lines.get(lines.size() - odd.length - 1));
    assertTrue(lines.containsAll(List.of("-Xmx4g", "-Dx=*")), lines.toString());
    assertTrue(lines.contains("-Dbatchnormlab.command=" + script()), lines.toString());

    assertTrue(hasProcessorsBuild(called(environment, "--device", "cpu")));
    assertTrue(hasProcessorsBuild(called(environment, "--device", "auto", "--output", "gpu")));
    assertFalse(hasProcessorsBuild(called(environment, "--device", "gpu")));
    assertFalse(hasProcessorsBuild(called(environment, "--quiet", "--device=gpu:1")));
    Map<String, String> byProperty = new TreeMap<>(environment);
    byProperty.put("BATCHNORM_LAB_OPTS", "-Xmx4g -Dbn.device=gpu:1");
    assertFalse(hasProcessorsBuild(called(byProperty, "resume", "a run")));
  }

  /** As the README says. */
  @Test
  void aLayerOfOnesOwnIsFoundWhereTheEnvironmentSays() throws Exception {
    Path classes = Files.createDirectories(work.resolve("my classes"));
    Path javac = Path.of(System.getProperty("java.home"), "bin", "javac");
    Files.writeString(work.resolve("MyNorm.java"), ReadmeCode.block("class MyNorm"));
    Ended compiled =
        run(
            Map.of(),
            List.of(
                javac.toString(), "-d", "my classes", "-cp", program + "/lib/*", "MyNorm.java"));
    assertEquals(0, compiled.code(), compiled.err());
    Map<String, String> own = Map.of("BATCHNORM_LAB_CLASSPATH", classes.toString());
    String[] study = {
      "--data",
      TABLE.toString(),
      "--target",
      "target",
      "--arms",
      "mine=com.example.MyNorm",
      "--hidden",
      "8",
      "--epochs",
      "3",
      "--output",
      "run"
    };
    Ended without = run(study);
    String sentence =
        "must name a class on the class path, such as one in a folder or a jar of"
            + " BATCHNORM_LAB_CLASSPATH";
    assertEquals(Main.REFUSED, without.code());
    assertEquals("--arms " + sentence + ", but is 'mine=com.example.MyNorm'.\n", without.err());
    Ended trained = run(own, command(script(), study));
    assertEquals(0, trained.code(), trained.err());

    Ended lacking = run("predict", "run", TABLE.toString());
    assertEquals(Main.REFUSED, lacking.code());
    assertEquals(
        "predict: run/models/mine is of the arm mine=com.example.MyNorm, which " + sentence + ".\n",
        lacking.err());
    assertFalse(Files.exists(work.resolve("diabetes-predicted.csv")));
    Ended predicted = run(own, command(script(), "predict", "run", TABLE.toString()));
    assertEquals(0, predicted.code(), predicted.err());
    assertTrue(Files.exists(work.resolve("diabetes-predicted.csv")));
  }

  private List<String> called(Map<String, String> environment, String... arguments)
      throws Exception {
    return run(environment, command(script(), arguments)).out().lines().toList();
  }

  private static boolean hasProcessorsBuild(List<String> called) {
    return called.get(called.indexOf("-cp") + 1).endsWith("/lib/cpu/*");
  }

  /** In Wine, which runs a script of the shell under the name of a program of Windows. */
  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void theScriptForWindowsPassesItsArgumentsOn() throws Exception {
    Path wine = Path.of("/usr/bin/wine");
    assumeTrue(Files.isExecutable(wine), "It takes Wine.");
    Path home = Files.createDirectories(work.resolve("any java/bin")).getParent();
    Path java =
        Files.writeString(home.resolve("bin/java.exe"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertTrue(java.toFile().setExecutable(true));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"17.0.15\"\r\n");
    Path old = Files.createDirectories(work.resolve("old java/bin")).getParent();
    Files.copy(java, old.resolve("bin/java.exe"));
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"1.8.0_402\"\r\n");
    Path script = Files.createDirectories(work.resolve("my lab/bin")).resolve(PROGRAM + ".bat");
    Files.copy(program.resolve("bin").resolve(PROGRAM + ".bat"), script);
    String lab = "call \"" + forWindows(script) + "\"";
    Path driver =
        Files.write(
            work.resolve("driver.bat"),
            List.of(
                "@echo off",
                lab + " --output \"a & b\" \"\" \"x|y>z\" \"(1)\" \"!hey!\" it's \"^\" last",
                lab,
                lab + " --quiet \"\" --device  gpu",
                lab + " --output \"a & b\" \"--device=gpu:1\"",
                lab + " --device auto --output gpu",
                "set \"BATCHNORM_LAB_OPTS=-Xmx4g -Dbn.device=gpu\"",
                lab + " resume \"a run\"",
                "set BATCHNORM_LAB_OPTS=",
                "set BATCHNORM_LAB_CLASSPATH=C:\\my own\\",
                lab + " --version",
                "set \"JAVA_HOME=" + forWindows(old) + "\"",
                lab + " --version"));
    Ended ended =
        run(
            Map.of(
                "WINEPREFIX", BUILT.resolve("wine").toString(),
                "WINEDEBUG", "-all",
                "JAVA_HOME", forWindows(home)),
            List.of(wine.toString(), "cmd", "/c", forWindows(driver)));
    List<List<String>> calls = new ArrayList<>();
    for (String call : ended.out().split("(?m)^-XX:\\+IgnoreUnrecognizedVMOptions\\R")) {
      calls.add(call.lines().toList());
    }
    assertEquals(8, calls.size(), ended.toString());
    List<List<String>> arguments =
        calls.stream()
            .skip(1)
            .map(call -> call.subList(call.indexOf(Main.class.getName()) + 1, call.size()))
            .toList();
    assertEquals(
        List.of(
            List.of("--output", "a & b", "", "x|y>z", "(1)", "!hey!", "it's", "^", "last"),
            List.of(),
            List.of("--quiet", "", "--device", "gpu"),
            List.of("--output", "a & b", "--device=gpu:1"),
            List.of("--device", "auto", "--output", "gpu"),
            List.of("resume", "a run"),
            List.of("--version")),
        arguments);
    String lib = forWindows(script.getParent()) + "\\..\\lib";
    String gpu = lib + "\\*";
    String cpu = gpu + ";" + lib + "\\cpu\\*";
    assertEquals(
        List.of(cpu, cpu, gpu, gpu, cpu, gpu, cpu + ";C:\\my own\\;" + lib),
        calls.stream().skip(1).map(call -> call.get(call.indexOf("-cp") + 1)).toList());
    assertTrue(calls.get(6).containsAll(List.of("-Xmx4g", "-Dbn.device=gpu")), ended.out());
    assertTrue(calls.get(1).contains("-Dbatchnormlab.command=" + PROGRAM), ended.out());
    assertTrue(
        ended.err().contains("BatchNorm Lab needs Java 17 or newer, and this is Java 1.8.0_402."),
        ended.err());
  }

  private static String forWindows(Path file) {
    return "Z:" + file.toString().replace('/', '\\');
  }

  @Test
  void withoutAGpuTheSentenceNamesNoMaven() throws Exception {
    assumeFalse(CudaUtils.hasCuda(), "this machine has a GPU");
    Ended refused = run("--device", "gpu", "--output", "none");
    assertEquals(Main.REFUSED, refused.code());
    assertTrue(refused.err().contains("a GPU needs an NVIDIA driver and a network"), refused.err());
    assertFalse(refused.err().contains("mvn"), refused.err());
    assertFalse(Files.exists(work.resolve("none")));
  }

  /** Such a locale has no umlauts, and Java then cannot open its own class path. */
  @Test
  void itStartsInALocaleWithoutTheLettersOfItsFolder() throws Exception {
    Ended plain = run(Map.of("LC_ALL", "C"), command(script(), "--version"));
    assertEquals(0, plain.code(), plain.err());
    assertTrue(plain.out().startsWith("BatchNorm Lab "), plain.out());
  }

  @Test
  void theShellCompletesOptionsAndCommands() throws Exception {
    Path bash = Path.of("/bin/bash");
    assumeTrue(Files.isExecutable(bash), "It takes bash.");
    String completing =
        """
        compopt() { :; }
        . "$1"
        complete -p batchnorm-lab
        shift
        COMP_WORDS=(batchnorm-lab "$@")
        COMP_CWORD=$#
        _complete_batchnorm-lab
        echo "${COMPREPLY[@]}"
        """;
    String file = program.resolve("share/bash-completion/completions/batchnorm-lab").toString();
    Map<List<String>, String> completions =
        Map.of(
            List.of("--epo"), "--epochs",
            List.of("resu"), "resume",
            List.of("predict", "--rep"), "--replica");
    for (var completion : completions.entrySet()) {
      List<String> command =
          new ArrayList<>(List.of(bash.toString(), "-c", completing, "bash", file));
      command.addAll(completion.getKey());
      Ended completed = run(Map.of(), command);
      Set<String> found =
          new HashSet<>(List.of(completed.out().lines().skip(1).findFirst().orElse("").split(" ")));
      assertEquals(Set.of(completion.getValue()), found, completed.err());
    }
    Ended printed = run("generate-completion");
    assertEquals(Files.readString(Path.of(file), StandardCharsets.UTF_8), printed.out());
  }

  /** Trains here, and says the same of rows that it has not seen in four programs. */
  @Test
  void aNetworkLeavesTheLabAndSaysTheSame() throws Exception {
    List<String> lines = Files.readAllLines(TABLE);
    int known = 400;
    Files.write(work.resolve("known.csv"), lines.subList(0, known + 1));
    List<String> unseen = new ArrayList<>(List.of(lines.get(0)));
    unseen.addAll(lines.subList(known + 1, lines.size()));
    int target = List.of(lines.get(0).split(",")).indexOf("target");
    List<String> features =
        unseen.stream()
            .map(line -> new ArrayList<>(List.of(line.split(","))))
            .map(
                cells -> {
                  cells.remove(target);
                  return String.join(",", cells);
                })
            .toList();
    Files.write(work.resolve("unseen.csv"), features);
    Ended trained =
        run(
            "--data known.csv --target target --hidden 16,8 --batch-size 32 --epochs 30 --output run"
                .split(" "));
    assertEquals(0, trained.code(), trained.err());
    String[] choice = {"--arm", "batch-norm"};
    assertEquals(0, run(with("predict run unseen.csv", choice)).code());
    double[] predicted =
        Files.readAllLines(work.resolve("unseen-predicted.csv")).stream()
            .skip(1)
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(',') + 1)))
            .toArray();
    assertEquals(lines.size() - known - 1, predicted.length);
    assertEquals(0, run(with("export run --format onnx", choice)).code());
    assertEquals(0, run(with("export run --format safetensors", choice)).code());

    double[] raw =
        features.stream()
            .skip(1)
            .flatMap(line -> Arrays.stream(line.split(",")))
            .mapToDouble(Double::parseDouble)
            .toArray();
    try (OnnxSession session =
        new OnnxSession(Files.readAllBytes(work.resolve("batch-norm.onnx")))) {
      double[] said = session.run("predictions", raw, predicted.length);
      assertTrue(OnnxSession.difference(predicted, said) <= 1e-12);
    }
    if (Python.has(work, "torch")) {
      List<String> said =
          Python.run(
              work,
              List.of(
                  "src/test/python/safetensors_predictions.py",
                  work.resolve("batch-norm.safetensors").toString(),
                  work.resolve("unseen.csv").toString()));
      double[] found = said.stream().mapToDouble(Double::parseDouble).toArray();
      assertTrue(OnnxSession.difference(predicted, found) <= 1e-12);
    }
    Prediction first;
    try (var model = RowTranslator.criteria(work.resolve("run/models/batch-norm")).loadModel();
        var predictor = model.newPredictor()) {
      Map<String, String> row = new TreeMap<>();
      List<String> names = List.of(features.get(0).split(","));
      List<String> cells = List.of(features.get(1).split(","));
      names.forEach(name -> row.put(name, cells.get(names.indexOf(name))));
      first = predictor.predict(row);
    }
    assertEquals(predicted[0], first.values().get("target"), 1e-12 * predicted[0]);
  }

  /** The README's project for others: its one class, and the libraries of the package. */
  @Test
  void aProjectOfOthersUsesTheLibrary() throws Exception {
    Path libraries = program.resolve("lib");
    String classPath =
        jars("lib").stream()
            .map(jar -> libraries.resolve(jar).toString())
            .collect(Collectors.joining(File.pathSeparator));
    ReadmeCode.compile("MyNetwork", work, classPath);
    String withProcessors =
        String.join(File.pathSeparator, work.toString(), classPath, libraries + "/cpu/*");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Ended ran = run(Map.of(), List.of(java, "-cp", withProcessors, "MyNetwork"));
    assertEquals(0, ran.code(), ran.err());
    List<String> layers = ran.out().lines().map(String::strip).toList();
    assertTrue(layers.contains("BatchNorm(32, 64) -> (32, 64)"), ran.out());
  }

  private static String[] with(String command, String... more) {
    return Stream.concat(Arrays.stream(command.split(" ")), Arrays.stream(more))
        .toArray(String[]::new);
  }
}
