package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.study.Missing;
import io.github.batchnormlab.study.Task;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a table is said in one sentence, with the place where it is. */
class BrokenTablesTest {
  private static final Charset LATIN = StandardCharsets.ISO_8859_1;

  @TempDir Path folder;

  /** A file, how it is read, and the sentence, in which FILE stands for its path. */
  private record Case(
      String name,
      byte[] content,
      char delimiter,
      List<String> targets,
      List<String> ignored,
      Task task,
      Missing missing,
      SplitRule rule,
      String sentence) {

    Case(String content, String sentence) {
      this(content.getBytes(StandardCharsets.UTF_8), sentence);
    }

    Case(byte[] content, String sentence) {
      this(
          "t.csv",
          content,
          ',',
          List.of("y"),
          List.of(),
          null,
          Missing.REFUSE,
          SplitRule.ofShare(0.2),
          sentence);
    }

    Case named(String other) {
      return new Case(other, content, delimiter, targets, ignored, task, missing, rule, sentence);
    }

    Case parted(char other) {
      return new Case(name, content, other, targets, ignored, task, missing, rule, sentence);
    }

    Case learning(String... others) {
      return new Case(
          name, content, delimiter, List.of(others), ignored, task, missing, rule, sentence);
    }

    Case ignoring(String... others) {
      return new Case(
          name, content, delimiter, targets, List.of(others), task, missing, rule, sentence);
    }

    Case as(Task other) {
      return new Case(name, content, delimiter, targets, ignored, other, missing, rule, sentence);
    }

    Case with(Missing other) {
      return new Case(name, content, delimiter, targets, ignored, task, other, rule, sentence);
    }

    Case by(SplitRule other) {
      return new Case(name, content, delimiter, targets, ignored, task, missing, other, sentence);
    }

    @Override
    public String toString() {
      return sentence;
    }
  }

  private static final String WRONG_BYTE =
      " is no UTF-8; the file may have been saved in another encoding.";
  private static final String NUL =
      "there is a NUL character; was the file saved as UTF-16, or is it no text.";
  private static final String REFUSED =
      "; --missing drop leaves such rows out, --missing median fills features in.";
  private static final String NEVER_MADE_UP =
      "; a target is never made up, but --missing drop leaves such rows out.";
  private static final String TOO_LARGE =
      "its numbers are too large to be standardized: their deviation is not finite.";

  static Stream<Case> cases() throws IOException {
    return Stream.of(
            files(), bytes(), quotes(), headers(), rows(), choices(), targets(), missing(),
            splits())
        .flatMap(List::stream);
  }

  private static List<Case> files() throws IOException {
    byte[] zipped = zipped("x,y\n1,2\n3,4\n");
    byte[] damaged = zipped.clone();
    damaged[damaged.length - 7] ^= 1; // Its checksum.
    return List.of(
        new Case("", "FILE is empty: it has no header."),
        new Case("\ufeff", "FILE is empty: it has no header."),
        new Case("\n\r\n\r\r\n", "FILE is empty: it has no header."),
        new Case(
                "x,y\n1,2\n",
                "FILE is no gzip file, though its name ends with .gz, or it is damaged.")
            .named("t.csv.gz"),
        new Case("", "FILE ends in the middle of its compressed data.").named("t.csv.gz"),
        new Case(
                Arrays.copyOf(zipped, zipped.length - 9),
                "FILE ends in the middle of its compressed data.")
            .named("t.csv.gz"),
        new Case(damaged, "FILE is no gzip file, though its name ends with .gz, or it is damaged.")
            .named("t.CSV.GZ"),
        new Case(zipped, "FILE, line 1: the byte 0x8b" + WRONG_BYTE),
        new Case(zipped(""), "FILE is empty: it has no header.").named("t.csv.gz"));
  }

  private static List<Case> bytes() {
    return List.of(
        new Case("x,y\n1,M\u00fcller\n".getBytes(LATIN), at(2, "y") + "the byte 0xfc" + WRONG_BYTE),
        new Case("x,M\u00fc\n".getBytes(LATIN), "FILE, line 1: the byte 0xfc" + WRONG_BYTE),
        new Case(
            "x,y\r\n\"a\r\nb\r\nc\",2\r\n\u00e4,2\r\n".getBytes(LATIN),
            at(5, "x") + "the byte 0xe4" + WRONG_BYTE),
        new Case("x,y\r1,2\r3,\u00e4\r".getBytes(LATIN), at(3, "y") + "the byte 0xe4" + WRONG_BYTE),
        new Case(
            "x,y\n1,\"a\nb\nc\u00fc\"\n".getBytes(LATIN),
            at(4, "y") + "the byte 0xfc" + WRONG_BYTE),
        new Case(
            ("x,y\n" + "1,2\n".repeat(100_000) + "1,\u00e9").getBytes(LATIN),
            at(100_002, "y") + "the byte 0xe9" + WRONG_BYTE),
        // The first half of a character at the end.
        new Case("x,y\n1,2\n1,\u00c3".getBytes(LATIN), at(3, "y") + "the byte 0xc3" + WRONG_BYTE),
        // Slash in two bytes, a surrogate in three, a code point above all.
        new Case(
            "x,y\n1,\u00c0\u00af\n".getBytes(LATIN), at(2, "y") + "the byte 0xc0" + WRONG_BYTE),
        new Case(
            "x,y\n1,\u00ed\u00a0\u0080\n".getBytes(LATIN),
            at(2, "y") + "the byte 0xed" + WRONG_BYTE),
        new Case(
            "x,y\n1,\u00f4\u0090\u0080\u0080\n".getBytes(LATIN),
            at(2, "y") + "the byte 0xf4" + WRONG_BYTE),
        new Case(
            "x,y\n1,2\n".getBytes(StandardCharsets.UTF_16),
            "FILE, line 1: the byte 0xfe" + WRONG_BYTE),
        new Case("x,y\n1,2\n".getBytes(StandardCharsets.UTF_16LE), "FILE, line 1: " + NUL),
        new Case("x,y\n1,2\n3,a\0b\n", at(3, "y") + NUL),
        new Case("PK\3\4\0\0", "FILE, line 1: " + NUL));
  }

  private static List<Case> quotes() {
    String neverClosed = "the quote that opens here is never closed.";
    String follows = "text follows the quote that closes the cell.";
    return List.of(
        new Case("x,y\n1,2\n\"3,4\n5,6\n", at(3, "x") + neverClosed),
        new Case("x,y\n\"a\nb\",\"2\n3", at(3, "y") + neverClosed),
        new Case("x,\"y\n1,2\n", "FILE, line 1: " + neverClosed),
        new Case("x,y\n1,\"", at(2, "y") + neverClosed),
        new Case("x,y\n1,\"\"\"", at(2, "y") + neverClosed),
        new Case("x,y\n1,2\n\"3\" ,4\n", at(3, "x") + follows),
        new Case("x,y\n1,\"a\nb\"c\n", at(2, "y") + follows),
        new Case("\"x\"x,y\n", "FILE, line 1: " + follows),
        new Case(
            "x,y\n1,2\n3,\"" + "4,5\n".repeat(300_000),
            at(3, "y")
                + "the cell that begins here is longer than a million characters; a quote may"
                + " not have been closed."),
        new Case(
            "x,y\n1,2\n" + "3".repeat(1_100_000) + ",4\n",
            at(3, "x")
                + "the cell that begins here is longer than a million characters; a quote may"
                + " not have been closed."));
  }

  private static List<Case> headers() {
    return List.of(
        new Case(
            "a,y,b,a\n1,2,3,4\n",
            "FILE, line 1: columns 1 and 4 of the header have the same name, 'a'."),
        new Case(
            "\n\na,y, a \n1,2,3\n",
            "FILE, line 3: columns 1 and 3 of the header have the same name, 'a'."),
        new Case(",x,y\n0,1,2\n", "FILE, line 1: column 1 of the header has no name."),
        new Case("x,y,\n0,1,\n", "FILE, line 1: column 3 of the header has no name."),
        new Case("x,\" \",y\n0,1,2\n", "FILE, line 1: column 2 of the header has no name."),
        new Case("x,y\n", "FILE has a header, but no rows."),
        new Case("x,y", "FILE has a header, but no rows."),
        new Case("x,y\n\n\r\n", "FILE has a header, but no rows."),
        new Case("x,y\n1,2\n", "FILE has only one row, and a study needs two."));
  }

  private static List<Case> rows() {
    return List.of(
        new Case(
            "x,y\n1,2\n3\n",
            "FILE, line 3: the row is too short: the header has 2 names, but the row 1 cell."),
        new Case(
            "a,b,y\n\"1\n2\",2,3\n\n1,2\n",
            "FILE, line 5: the row is too short: the header has 3 names, but the row 2 cells."),
        new Case(
            "x,y\n1,2\n ",
            "FILE, line 3: the row is too short: the header has 2 names, but the row 1 cell."),
        new Case(
            "x,y\n1,2,\n",
            "FILE, line 2: the row is too long: the header has 2 names, and '' is one cell more."),
        new Case(
            "x,y\r\n1,2\r\n1,2, \u001b[2Jz,5\r\n",
            "FILE, line 3: the row is too long: the header has 2 names, and '\\u001b[2Jz' is one"
                + " cell more."),
        new Case(
            "x,y\n1," + ",".repeat(2_000_000),
            "FILE, line 2: the row is too long: the header has 2 names, and '' is one cell more."));
  }

  private static List<Case> choices() {
    String table = "a,b,y\n1,2,3\n4,5,6\n";
    return List.of(
        new Case(table, "FILE has no column for the target 'z'; its columns are 'a', 'b', 'y'.")
            .learning("z"),
        new Case(table, "FILE has no column for the target 'Y'; its columns are 'a', 'b', 'y'.")
            .learning("Y"),
        new Case(
                "c0,c1,c2,c3,c4,c5,c6,c7,c8,c9,c10,c11\n",
                "FILE has no column for the target 'y'; its columns are 'c0', 'c1', 'c2', 'c3',"
                    + " 'c4', 'c5', 'c6', 'c7', 'c8', 'c9' and 2 more.")
            .learning("y"),
        new Case(
            "x;y\n1;2\n3;4\n",
            "FILE has no column for the target 'y'; its only column is 'x;y', so the delimiter may be"
                + " another one."),
        new Case(
                "x,y\n1,2\n",
                "FILE has no column for the target 'y'; its only column is 'x,y', so the"
                    + " delimiter may be another one.")
            .parted('\t'),
        new Case(
                table,
                "FILE has no column for the column to ignore, 'id'; its columns are 'a', 'b', 'y'.")
            .ignoring("id"),
        new Case(table, "FILE, column 'y': it is named as a target twice.").learning("y", "y"),
        new Case(table, "FILE, column 'y': it is named as a target and to be ignored.")
            .ignoring("b", "y"),
        new Case(table, "FILE, column 'b': it is named twice to be ignored.").ignoring("b", "b"),
        new Case(table, "FILE has no column left to learn from.").ignoring("a", "b"),
        new Case(table, "FILE has no column left to learn from.").learning("a", "b", "y"),
        new Case(
            "y\n1\n2\n",
            "FILE has no column left to learn from; its only column is 'y', so the delimiter may be"
                + " another one."));
  }

  private static List<Case> targets() {
    return List.of(
        new Case(
                "x,y\n1,2\n3,many\n",
                at(3, "y") + "'many' is no number, so regression cannot learn this column.")
            .as(Task.REGRESSION),
        new Case(
                "x,y\n1,1d\n3,2\n",
                at(2, "y") + "'1d' is no number, so regression cannot learn this column.")
            .as(Task.REGRESSION),
        new Case(
                "x,y,z\n1,2,a\n3,4,b\n",
                at(2, "z")
                    + "'a' is no number, so this target has classes, and then it must be the only"
                    + " target.")
            .learning("y", "z"),
        new Case(
                "x,y,z\n1,c,a\n3,d,b\n",
                at(2, "y")
                    + "'c' is no number, so this target has classes, and then it must be the only"
                    + " target.")
            .learning("y", "z"),
        new Case(
                "x,y,z\n1,2,3\n3,4,5\n",
                "FILE cannot teach 2 targets as classes: there may be only one.")
            .learning("y", "z")
            .as(Task.CLASSIFICATION),
        new Case("x,y\n1e300,1\n-1e300,2\n1,3\n", "FILE, column 'x': " + TOO_LARGE),
        new Case("x,y\n1,1e308\n2,1e308\n3,1e308\n4,1e308\n", "FILE, column 'y': " + TOO_LARGE),
        new Case("c,z,y\n" + "a,1e200,2\nb,-1e200,2\n".repeat(3), "FILE, column 'z': " + TOO_LARGE),
        // Of five rows and seed 0 the third is for testing.
        new Case(
            "x,y\n1,1\n1.1,2\n1.7e308,3\n1,1\n1.2,2\n",
            "FILE, column 'x': a number in it is too large for the training rows' mean and"
                + " deviation."),
        new Case(
            "x,y\n1,1\n2,1.1\n3,1.7e308\n1,1\n2,1.2\n",
            "FILE, column 'y': a number in it is too large for the training rows' mean and"
                + " deviation."),
        new Case(
            ids(100_001),
            "FILE, column 'x': it has more than 100000 different texts, so it is no feature;"
                + " --ignore leaves it out."),
        new Case(
            ids(60_000),
            "FILE is too large: 60000 rows of 60001 columns, each category being one, are"
                + " 3600060000 numbers, more than the 268435455 that one array can hold; the column 'x' alone"
                + " has 60000 categories, and --ignore leaves it out."),
        new Case(
            ids(9_000),
            "FILE is too large: 9000 rows of 9001 columns, each category being one, are 81009000"
                + " numbers, which need about 1236 MiB, but Java may use "
                + (Runtime.getRuntime().maxMemory() >> 20)
                + " (-Xmx); the column 'x' alone has 9000 categories, and --ignore leaves it out."));
  }

  private static List<Case> missing() {
    String gaps = "a,b,y\n1,,3\nNA,?,6\n7,8,nan\n";
    String filled = "every value is missing in the training rows, so nothing can stand in for it;";
    return List.of(
        new Case(
            "x,y\n1,2\n,4\n5,6\n", at(3, "x") + "the value is missing, the only one" + REFUSED),
        new Case(
            gaps,
            at(2, "b")
                + "the value is missing, the first of 4 in 3 columns ('a', 'b', 'y')"
                + REFUSED),
        new Case(
            "x,y\n\"a\nb\",2\n c,-Infinity\nd,1e999\n",
            at(4, "y")
                + "the value is missing ('-Infinity'), the first of 2 in this column"
                + NEVER_MADE_UP),
        new Case(
            "x,y\n1,2\n\" \",3\n", at(3, "x") + "the value is missing, the only one" + REFUSED),
        new Case(gaps, at(4, "y") + "the value is missing ('nan'), the only one" + NEVER_MADE_UP)
            .with(Missing.MEDIAN),
        new Case(gaps, "FILE has no row left without those in which a value is missing.")
            .with(Missing.DROP),
        new Case(
                gaps + "1,2,3\n",
                "FILE has only one row left without those in which a value is missing, and a study"
                    + " needs two.")
            .with(Missing.DROP),
        new Case(
                "x,y\n,1\nNA,2\n",
                "FILE, column 'x': " + filled + " --ignore leaves the column out.")
            .with(Missing.MEDIAN),
        // Of five rows and seed 0 the third is for testing.
        new Case(
                "c,y\n,1\n,2\nred,3\n,4\n,5\n",
                "FILE, column 'c': " + filled + " --ignore leaves the column out.")
            .with(Missing.MEDIAN));
  }

  private static List<Case> splits() {
    String three = "x,y\n1,2\n3,4\n5,6\n";
    return List.of(
        new Case(three, "FILE has 3 rows, of which a test share of 0.9 leaves none for training.")
            .by(SplitRule.ofShare(0.9)),
        new Case(
                three, "FILE has 2 rows for the training set, fewer than the 3 that are asked for.")
            .by(new SplitRule(0.2, OptionalInt.of(3), OptionalInt.empty())),
        new Case(three, "FILE has 1 row for the test set, fewer than the 300 that are asked for.")
            .by(new SplitRule(0.2, OptionalInt.empty(), OptionalInt.of(300))));
  }

  private static String at(int line, String column) {
    return "FILE, line " + line + ", column '" + column + "': ";
  }

  private static String ids(int count) {
    StringBuilder table = new StringBuilder("x,y\n");
    for (int i = 0; i < count; i++) {
      table.append("id").append(i).append(",1\n");
    }
    return table.toString();
  }

  private static byte[] zipped(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aBrokenTableEndsInItsSentence(Case table) throws Exception {
    Path path = Files.write(folder.resolve(table.name), table.content);
    TableFile file = new TableFile(path, table.delimiter);
    Choice choice = new Choice(table.targets, table.ignored, table.task, table.missing);
    TableException error =
        assertThrows(
            TableException.class, () -> RawTable.read(file, choice).prepare(0, table.rule, true));
    assertEquals(table.sentence, error.getMessage().replace(path.toString(), "FILE"));
  }

  @Test
  void thereAreAtLeastSixtyOfThem() throws Exception {
    assertTrue(cases().count() >= 60, cases().count() + " cases");
  }

  private TableFile file(String name, String content) throws IOException {
    return new TableFile(Files.writeString(folder.resolve(name), content), ',');
  }

  private String sentence(Executable reading) {
    return assertThrows(TableException.class, reading)
        .getMessage()
        .replace(folder.toString() + "/", "");
  }

  private static Choice choice(String target, Missing missing) {
    return new Choice(List.of(target), List.of(), null, missing);
  }

  @Test
  void aPathThatIsNoFileIsSaid() {
    Choice choice = choice("y", Missing.REFUSE);
    TableFile missing = new TableFile(folder.resolve("no\nfile.csv"), ',');
    assertEquals("no\\nfile.csv does not exist.", sentence(() -> RawTable.read(missing, choice)));
    TableFile folders = new TableFile(folder, ',');
    assertEquals(
        folder + " is a folder, not a file.", sentence(() -> RawTable.read(folders, choice)));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aPathThatCannotBeReadTwiceIsSaid() {
    TableFile zeros = new TableFile(Path.of("/dev/zero"), ',');
    assertEquals(
        "/dev/zero is no regular file, so it cannot be read twice.",
        sentence(() -> RawTable.read(zeros, choice("y", Missing.REFUSE))));
  }

  @Test
  void aDelimiterThatIsNoneIsRefused() {
    Path path = folder.resolve("t.csv");
    assertThrows(IllegalArgumentException.class, () -> new TableFile(path, '|'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " -> ",
      quoteCharacter = '`',
      value = {
        "`n,y\n1,a\n` -> `test.csv lacks the column 'c', which train.csv has.`",
        "`c;n;y\n` -> `test.csv lacks the column 'c', which train.csv has; its only column is"
            + " 'c;n;y', so the delimiter may be another one.`",
        "`n,y,c\n1,a,red\nx,b,red\n` -> `test.csv, line 3, column 'n': 'x' is no number, as the"
            + " training data have here.`",
        "`n,y,c\n1,a,red\n2,d,red\n` -> `test.csv, line 3, column 'y': the class 'd' is in no row"
            + " of the training data.`",
        "`n,y,c\n,a,red\n` -> `test.csv, line 2, column 'n': the value is missing, the only one;"
            + " --missing drop leaves such rows out, --missing median fills features in.`",
        "`n,y,c\n` -> `test.csv has a header, but no rows.`",
      })
  void aFileToTestOnMustHaveTheSameColumns(String content, String sentence) throws Exception {
    RawTable train =
        RawTable.read(file("train.csv", "c,n,y\nred,1,a\nblue,2,b\n"), choice("y", Missing.REFUSE));
    TableFile test = file("test.csv", content.replace("\\n", "\n"));
    assertEquals(sentence, sentence(() -> train.readTest(test)));
  }

  @Test
  void aClassThatIsANumberMustBeKnownToo() throws Exception {
    Choice classes = new Choice(List.of("y"), List.of(), Task.CLASSIFICATION, Missing.REFUSE);
    RawTable train = RawTable.read(file("train.csv", "x,y\n1,1\n2,2.50\n"), classes);
    TableFile unknown = file("unknown.csv", "y,x\n1.0,1\n2.5,1\n3e0,1\n");
    assertEquals(
        "unknown.csv, line 4, column 'y': the class '3' is in no row of the training data.",
        sentence(() -> train.readTest(unknown)));
    TableFile text = file("text.csv", "y,x\n1.0,1\none,1\n");
    assertEquals(
        "text.csv, line 3, column 'y': 'one' is no number, as the training data have here.",
        sentence(() -> train.readTest(text)));
  }

  /** Nobody changes a file in a test at the right moment; a survey of another one does it. */
  @ParameterizedTest
  @ValueSource(
      strings = {"x,z\n1,2\n3,4\n", "x,y\n1,2\n", "x,y\n1,2\n3,4\n5,6\n", "x,y\n1,2\n3,a\n"})
  void aFileThatChangesBetweenThePassesIsSaid(String changed) throws Exception {
    Selection selection = Selection.of(choice("y", Missing.REFUSE));
    Survey survey = Survey.of(file("t.csv", "x,y\n1,2\n3,4\n"), selection);
    List<Wanted> wanted =
        survey.wanted().stream().map(column -> column.as(Wanted.Form.NUMBERS)).toList();
    TableFile after = file("t.csv", changed);
    assertEquals(
        "t.csv has changed while it was read.",
        sentence(() -> Filling.of(after, survey, wanted, 2, false)));
  }
}
