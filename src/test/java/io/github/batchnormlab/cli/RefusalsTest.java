package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.Folders;
import io.github.batchnormlab.run.RunFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be run is refused in one sentence that names it, and nothing is touched. */
class RefusalsTest {
  private static final String SMALL =
      "--epochs 6 --hidden 4 --train-size 20 --test-size 5 --threads 2 --checkpoint-every 2 --quiet";

  /** Holds finished runs, damaged ones and things that are no runs; FOLDER in the table. */
  @TempDir private static Path folder;

  private static RunFolder inUse;

  @RegisterExtension private final Captured console = new Captured();

  private final ByteArrayOutputStream out = console.out;
  private final ByteArrayOutputStream err = console.err;

  @BeforeAll
  static void prepare() throws Exception {
    run("good", "");
    run("other", "--seed 3");
    Files.writeString(folder.resolve("table.csv"), "x,y\n1,2\n2,3\n3,1\n4,5\n5,2\n");
    runTable("split", "--data " + folder.resolve("table.csv") + " --target y");
    Files.writeString(folder.resolve("file"), "mine");
    Files.createDirectories(folder.resolve("full/of"));
    Files.createDirectories(folder.resolve("empty"));
    Files.createDirectories(folder.resolve("nocheckpoint/checkpoints"));

    copy("good", "unchecked");
    Folders.delete(folder.resolve("unchecked/checkpoints"));
    for (String name : List.of("cut", "changed", "foreign", "norun")) {
      copy("good", name);
    }
    for (String end : List.of("", ".previous")) {
      cut(folder.resolve("cut/checkpoints/none-0.checkpoint" + end));
      change(folder.resolve("changed/checkpoints/batch-norm-0.checkpoint" + end));
    }
    Files.write(folder.resolve("norun/checkpoints/none-0.checkpoint"), new byte[0]);
    Files.deleteIfExists(folder.resolve("norun/checkpoints/none-0.checkpoint.previous"));
    Files.copy(
        folder.resolve("other/checkpoints/none-0.checkpoint"),
        folder.resolve("foreign/checkpoints/none-0.checkpoint"),
        StandardCopyOption.REPLACE_EXISTING);

    for (String name :
        List.of("nolosses", "badlosses", "badjson", "huge", "unfinished", "badtype")) {
      copy("good", name);
    }
    Files.delete(folder.resolve("nolosses/losses.csv"));
    Path losses = folder.resolve("badlosses/losses.csv");
    Files.writeString(losses, Files.readString(losses).replaceFirst("none,0,3,", "none,0,x,"));
    Files.writeString(folder.resolve("badjson/run.json"), "{");
    edit("huge", "\"epochs\": 6", "\"epochs\": 2147483647");
    edit("unfinished", "\"finished\": true", "\"finished\": false");
    edit("badtype", "\"hidden\": 4", "\"hidden\": \"many\"");

    Files.writeString(folder.resolve("broken.csv"), "x,y\n1,2\n2\n3,1\n4,5\n5,2\n");

    inUse = RunFolder.create(folder.resolve("inuse"));
    Files.createDirectories(folder.resolve("inuse/checkpoints"));
  }

  @AfterAll
  static void release() {
    inUse.close();
  }

  private static void run(String name, String more) {
    start(name, SMALL + " " + more);
  }

  private static void runTable(String name, String table) {
    start(name, table + " --epochs 6 --hidden 4 --checkpoint-every 2 --quiet");
  }

  private static void start(String name, String settings) {
    List<String> args = new ArrayList<>(List.of(settings.strip().split(" ")));
    args.addAll(List.of("--output", folder.resolve(name).toString()));
    PrintStream real = System.out;
    System.setOut(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
    try {
      assertEquals(0, Main.run(args.toArray(String[]::new)));
    } finally {
      System.setOut(real);
    }
  }

  private static void copy(String from, String to) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(from))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(to).resolve(folder.resolve(from).relativize(file)));
      }
    }
  }

  private static void cut(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
  }

  private static void change(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2]++;
    Files.write(file, bytes);
  }

  private static void edit(String run, String from, String to) throws IOException {
    Path file = folder.resolve(run).resolve("run.json");
    String text = Files.readString(file);
    assertTrue(text.contains(from), text);
    Files.writeString(file, text.replace(from, to));
  }

  @AfterEach
  void restore() {
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith("bn."))
        .forEach(System::clearProperty);
  }

  /** Every file and folder with its size and the time of its last change. */
  private static Map<String, FileTime> tree() throws IOException {
    Map<String, FileTime> tree = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        boolean isLock = file.getFileName().toString().equals(".lock");
        if (!isLock) { // Its file stays in a folder that was opened.
          tree.put(
              file + " " + (Files.isDirectory(file) ? "" : Files.size(file)),
              Files.isDirectory(file) ? FileTime.fromMillis(0) : Files.getLastModifiedTime(file));
        }
      }
    }
    return tree;
  }

  /** Arguments, where FOLDER is the folder above; the exit code; two parts of the message. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // options
        "--epochs 0 | 2 | --epochs | '0'",
        "--epochs -5 | 2 | --epochs | '-5'",
        "--epochs 1.5 | 2 | --epochs | '1.5'",
        "--epochs 1e4 | 2 | --epochs | '1e4'",
        "--epochs 3000000000 | 2 | --epochs | '3000000000'",
        "--epochs 2147483647 | 2 | --epochs | '2147483647'",
        "--seed -1 | 2 | --seed | '-1'",
        "--seed abc | 2 | --seed | 'abc'",
        "--seed 2147483648 | 2 | --seed | '2147483648'",
        "--seed 2147483647 --replicas 2 | 2 | --replicas | '2'",
        "--replicas 0 | 2 | --replicas | '0'",
        "--replicas two | 2 | --replicas | 'two'",
        "--replicas 2147483647 | 2 | --replicas | '2147483647'",
        "--hidden 0 | 2 | --hidden | '0'",
        "--hidden 99999999999 | 2 | --hidden | '99999999999'",
        "--hidden 89000000 | 2 | --hidden | '89000000'",
        "--hidden 2000000000 | 2 | --hidden | '2000000000'",
        "--train-size 0 | 2 | --train-size | '0'",
        "--train-size 1 | 2 | --train-size | '1'",
        "--train-size 1 --arms batch-norm-plain | 2 | --train-size | '1'",
        "--train-size 89478485 --hidden 1 | 2 | --train-size | '89478485'",
        "--train-size 89478486 | 2 | --train-size | '89478486'",
        "--test-size 0 | 2 | --test-size | '0'",
        "--test-size -300 | 2 | --test-size | '-300'",
        "--bias yes | 2 | --bias | 'yes'",
        "--red 1:1 | 2 | --red | '1:1'",
        "--red 0:NaN | 2 | --red | '0:NaN'",
        "--red -1.7e308:1.7e308 | 2 | --red must be no wider than | '-1.7e308:1.7e308'",
        "--green 0:Infinity | 2 | --green | '0:Infinity'",
        "--blue a:b | 2 | --blue | 'a:b'",
        "--blue 1:2:3 | 2 | --blue | '1:2:3'",
        "--learning-rate -0.1 | 2 | --learning-rate | '-0.1'",
        "--learning-rate Infinity | 2 | --learning-rate | 'Infinity'",
        "--learning-rate 0,001 | 2 | --learning-rate | '0,001'",
        "--lambda 1 | 2 | --lambda | '1.0'",
        "--lambda NaN | 2 | --lambda | 'NaN'",
        "--epsilon 0 | 2 | --epsilon | '0.0'",
        "--epsilon tiny | 2 | --epsilon | 'tiny'",
        "--arms all | 2 | --arms | 'all'",
        "--arms BATCH-NORM | 2 | --arms | 'BATCH-NORM'",
        "--arms none,batch-norm,none | 2 | --arms | 'none,batch-norm,none'",
        "--precision double | 2 | --precision | 'double'",
        "--device cuda | 2 | --device | 'cuda'",
        "--device gpu:x | 2 | --device | 'gpu:x'",
        "--device gpu:-1 | 2 | --device | 'gpu:-1'",
        "--threads 0 | 2 | --threads | '0'",
        "--threads many | 2 | --threads | 'many'",
        "--checkpoint-every often | 2 | --checkpoint-every | 'often'",
        "--checkpoint-every -1 | 2 | --checkpoint-every | '-1'",
        "--checkpoint-every 1d | 2 | --checkpoint-every | '1d'",
        "--checkpoint-every 99999999999s | 2 | --checkpoint-every | '99999999999s'",
        "--thresholds 1,0 | 2 | --thresholds | '1,0'",
        "--thresholds low | 2 | --thresholds | 'low'",
        "--verbose | 2 | --verbose | --verbose",
        "-x | 2 | -x | -x",
        "train | 2 | train | train",
        // tables
        "--data FOLDER/table.csv | 2 | --target | ''",
        "--target y | 2 | --target | needs --data",
        "--missing drop | 2 | --missing | needs --data",
        "--data FOLDER/table.csv --target y --red 0:1 | 2 | --red | '0:1'",
        "--data FOLDER/nofile.csv --target y | 2 | FOLDER/nofile.csv | does not exist",
        "--data FOLDER --target y | 2 | FOLDER | leave --target out for images",
        "--data mnist --target y | 2 | 'mnist' | leave --target out for images",
        "--data FOLDER/table.csv --target z | 2 | table.csv | 'z'",
        "--data FOLDER/table.csv --target y --ignore w | 2 | table.csv | 'w'",
        "--data FOLDER/table.csv --target y,\"z | 2 | --target | 'y,\"z'",
        "--data FOLDER/table.csv --target y --task guess | 2 | --task | 'guess'",
        "--data FOLDER/table.csv --target y --delimiter : | 2 | --delimiter | ':'",
        "--data FOLDER/table.csv --target y --missing keep | 2 | --missing | 'keep'",
        "--data FOLDER/table.csv --target y --test-share 1 | 2 | --test-share | '1.0'",
        "--data FOLDER/table.csv --target y --test-share 0.95 | 2 | table.csv | 0.95",
        "--data FOLDER/table.csv --target y --test-data FOLDER/no.csv | 2 | no.csv | does not exist",
        "--data FOLDER/table.csv --target y --train-size 9 | 2 | table.csv | 9",
        "--data FOLDER/table.csv --target y --train-size none | 2 | --train-size | 'none'",
        "--data FOLDER/table.csv --target y --batch-size 1 | 2 | --batch-size | '1'",
        "--data FOLDER/table.csv --target y --arms none,a=b.C | 2 | --arms | 'a=b.C'",
        "--data FOLDER/table.csv --target y --hidden 64x2000 | 2 | --hidden | '64x2000'",
        "--data FOLDER/table.csv --target y --hidden 30000x20 | 2 | --hidden | '30000x20'",
        "--data FOLDER/table.csv --target y --test-data FOLDER/table.csv --test-share 0.3 | 2 |"
            + " --test-share | '0.3'",
        "resume FOLDER/good --test-data FOLDER/table.csv | 2 | --test-data | needs --data",
        "resume FOLDER/good --data FOLDER/table.csv | 2 | --target | ''",
        "resume FOLDER/split --test-data FOLDER/table.csv | 2 | --test-data | must be none in",
        "--data FOLDER/broken.csv --target y | 2 | broken.csv, line 3 | 2",
        // output
        "--output FOLDER/file | 2 | --output | FOLDER/file",
        "--output FOLDER/file/run | 2 | --output | FOLDER/file",
        "--output FOLDER/full | 2 | --output | FOLDER/full",
        "--output FOLDER/good | 2 | --output | FOLDER/good",
        "--output FOLDER/na/../full | 2 | --output | FOLDER/na/../full",
        "--output FOLDER/na/../file/x | 2 | --output | FOLDER/na/../file/x",
        "--output FOLDER/na/../nb/nc --device gpu:999 | 2 | --device | gpu:999",
        "--output FOLDER/na/./nb --device gpu:999 | 2 | --device | gpu:999",
        "--output FOLDER/inuse | 2 | --output | FOLDER/inuse",
        // going on
        "resume FOLDER/nowhere | 2 | RUN | FOLDER/nowhere",
        "resume FOLDER/file | 2 | RUN | FOLDER/file",
        "resume FOLDER/empty | 2 | RUN | FOLDER/empty",
        "resume FOLDER/unchecked | 2 | RUN | FOLDER/unchecked",
        "resume FOLDER/inuse | 2 | RUN | FOLDER/inuse",
        "resume FOLDER/nocheckpoint | 1 | resume | FOLDER/nocheckpoint",
        "resume @FOLDER | 2 | RUN | @FOLDER",
        "resume FOLDER/good --output FOLDER/new | 2 | --output | --output",
        "--resume FOLDER/good | 2 | --resume | Did you mean the command resume?",
        "--compare FOLDER/good | 2 | --compare | Did you mean the command compare?",
        "resum FOLDER/good | 2 | resum | Did you mean resume?",
        "--epoch 3 | 2 | --epoch | Did you mean --epochs?",
        "help resme | 2 | resme | Did you mean resume?",
        "--epochs 9 resume FOLDER/good | 2 | --epochs | Options of resume stand behind it",
        "--quiet compare FOLDER/good | 2 | --quiet | Options of compare stand behind it",
        "--epohcs=3 | 2 | --epohcs=3 | Did you mean --epochs?",
        "resume | 2 | RUN | RUN",
        "compare | 2 | RUN | RUN",
        "resume FOLDER/good FOLDER/other | 2 | FOLDER/other | Unexpected argument",
        "resume FOLDER/good --checkpoint-every 0 | 2 | --checkpoint-every | '0'",
        "resume FOLDER/good --seed 9 | 2 | --seed | '9'",
        "resume FOLDER/good --epochs 5 | 2 | --epochs | '5'",
        "resume FOLDER/good --hidden 5 | 2 | --hidden | '5'",
        "resume FOLDER/good --arms none | 2 | --arms | 'none'",
        "resume FOLDER/good --threads 1 | 2 | --threads | '1'",
        "resume FOLDER/good --learning-rate 0.1 | 2 | --learning-rate | '0.1'",
        "resume FOLDER/good --precision float32 | 2 | --precision | 'float32'",
        "resume FOLDER/good --epochs 2147483647 | 2 | --epochs | '2147483647'",
        "resume FOLDER/cut | 1 | resume | FOLDER/cut/checkpoints/none-0.checkpoint is damaged",
        "resume FOLDER/changed | 1 | resume | batch-norm-0.checkpoint is damaged",
        "resume FOLDER/norun | 1 | resume | it is only 0 bytes long",
        "resume FOLDER/foreign | 1 | resume | none-0.checkpoint belongs to another run",
        // comparing
        "compare FOLDER/nowhere | 2 | compare | FOLDER/nowhere does not exist",
        "compare FOLDER/file | 2 | compare | FOLDER/file is not a folder",
        "compare FOLDER/empty | 2 | compare | FOLDER/empty is not the folder of a run, because",
        "compare FOLDER/good FOLDER/good | 2 | RUN | FOLDER/good",
        "compare FOLDER/nolosses | 2 | compare | losses.csv cannot be read (no such file or folder).",
        "compare FOLDER/badlosses | 2 | compare | FOLDER/badlosses/losses.csv has a bad line",
        "compare FOLDER/badjson | 2 | compare | FOLDER/badjson/run.json",
        "compare FOLDER/badtype | 2 | compare | 'many'",
        "compare FOLDER/huge | 2 | compare | FOLDER/huge needs about",
        "compare FOLDER/unfinished | 2 | compare | FOLDER/unfinished is a run that was",
        "compare FOLDER/good --output FOLDER/full | 2 | --output | FOLDER/full",
      })
  void isRefused(String arguments, int code, String option, String part) throws Exception {
    Map<String, FileTime> before = tree();
    List<String> args = new ArrayList<>(List.of(inFolder(arguments).split(" ")));
    if (!args.contains("--output")
        && args.get(0).startsWith("--")
        && !arguments.contains(" FOLDER/good")) {
      args.addAll(List.of("--output", folder.resolve("run").toString()));
    }
    assertRefused(code, option, inFolder(part), args);
    assertEquals(before, tree(), "nothing is touched");
  }

  private static String inFolder(String text) {
    return text.replace("FOLDER", folder.toString());
  }

  private void assertRefused(int code, String option, String part, List<String> args) {
    assertEquals(code, Main.run(args.toArray(String[]::new)), err()::toString);
    assertEquals(1, err().lines().count(), err());
    assertTrue(err().contains(inFolder(option)), err());
    assertTrue(err().contains(part), err());
    assertTrue(err().matches("(?s).*[.?]\\R"), err());
    assertFalse(err().contains("Exception"), err());
    assertEquals("", out.toString(StandardCharsets.UTF_8));
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "epochs, 0, --epochs",
    "epochs, '', --epochs",
    "learning-rate, NaN, --learning-rate",
    "arms, everything, --arms",
    "device, tpu, --device",
    "checkpoint-every, never, --checkpoint-every",
    "epoch, 7, bn.epoch",
    "hiden, 300, bn.hiden",
  })
  void aPropertyIsRefusedLikeAnOption(String property, String value, String named)
      throws Exception {
    Map<String, FileTime> before = tree();
    System.setProperty("bn." + property, value);
    assertRefused(2, named, value, List.of("--output", folder.resolve("run").toString()));
    assertEquals(before, tree(), "nothing is touched");
  }

  /** Its first folder can be made, its second not. */
  @Test
  void aFolderThatCannotBeMadeInFullIsNotMadeInPart() throws Exception {
    Map<String, FileTime> before = tree();
    String name = "x".repeat(300);
    assertRefused(
        2, "--output", name, List.of("--output", folder.resolve("new").resolve(name).toString()));
    assertEquals(before.keySet(), tree().keySet());
  }

  @Test
  void aNameThatIsNoPathIsRefusedWithTheSystemsReason() throws Exception {
    assertRefused(2, "--output", "Nul character", List.of("--output", "a\0b"));
    err.reset();
    assertRefused(2, "RUN", "Nul character", List.of("compare", "a\0b"));
  }

  @Test
  void anEmptyFolderNameIsRefused() throws Exception {
    Map<String, FileTime> before = tree();
    assertRefused(2, "--output", "''", List.of("--output", ""));
    assertEquals(before, tree());
  }
}
