package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.batchnormlab.study.ColumnFacts;
import io.github.batchnormlab.study.Missing;
import io.github.batchnormlab.study.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawTableTest {
  @TempDir Path folder;

  private TableFile file(String name, String content, char delimiter) throws IOException {
    return new TableFile(Files.writeString(folder.resolve(name), content), delimiter);
  }

  private RawTable read(String content, Missing missing, String... targets) throws Exception {
    return RawTable.read(
        file("t.csv", content, ','), new Choice(List.of(targets), List.of(), null, missing));
  }

  private RawTable read(String content) throws Exception {
    return read(content, Missing.REFUSE, "y");
  }

  private List<String> warnings(RawTable table) {
    return table.warnings().stream().map(w -> w.replace(folder + "/", "")).toList();
  }

  private static double[] numbers(Column column) {
    return ((Column.Numbers) column).values();
  }

  private static List<String> texts(Column column) {
    Column.Categories text = (Column.Categories) column;
    return Arrays.stream(text.codes()).mapToObj(text.categories()::get).toList();
  }

  @Test
  void aColumnIsNumbersIfEveryCellIsOne() throws Exception {
    RawTable table = read("a,b,y\n1,1,1\n2.5,1d,2\n-3e2,2,3\n");
    assertEquals(
        List.of(
            new ColumnFacts("a", false, false, 0, 0),
            new ColumnFacts("b", false, true, 3, 0),
            new ColumnFacts("y", true, false, 0, 0)),
        table.columns());
    assertArrayEquals(new double[] {1, 2.5, -300}, numbers(table.features().get(0)));
    assertEquals(List.of("1", "1d", "2"), texts(table.features().get(1)));
    assertEquals(Task.REGRESSION, table.task());
    assertEquals(3, table.rows());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void allLineBreaksAndQuotesAreRead(String end) throws Exception {
    RawTable table =
        read(
            String.join(
                end,
                "\ufeffx,c,y",
                "",
                "1,\"a,\"\"b\"\"\",2",
                "\"3\",\"d" + end + "e\",4",
                "5,f,6"));
    assertArrayEquals(new double[] {1, 3, 5}, numbers(table.features().get(0)));
    assertEquals(List.of("a,\"b\"", "d" + end + "e", "f"), texts(table.features().get(1)));
  }

  @ParameterizedTest
  @ValueSource(chars = {',', ';', '\t'})
  void theThreeDelimitersPartCells(char delimiter) throws Exception {
    String content = "x|y\n1|2\n3|4\n".replace('|', delimiter);
    RawTable table =
        RawTable.read(
            file("t.csv", content, delimiter),
            new Choice(List.of("y"), List.of(), null, Missing.REFUSE));
    assertArrayEquals(new double[] {2, 4}, numbers(table.targets().get(0)));
  }

  @Test
  void aCompressedFileIsTheSameTable() throws Exception {
    Path path = folder.resolve("t.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(path))) {
      out.write("x,y\nü,2\nß,4\n".getBytes(StandardCharsets.UTF_8));
    }
    RawTable table =
        RawTable.read(
            new TableFile(path, ','), new Choice(List.of("y"), List.of(), null, Missing.REFUSE));
    assertEquals(List.of("ü", "ß"), texts(table.features().get(0)));
  }

  /** {@code printf 'x,y\n1,2\n' | sha256sum}. */
  @Test
  void aFileIsKnownByItsSum() throws Exception {
    assertEquals(
        "81bf9fa83c6f7f151bd491a98cd7d933de3965289e3ebd77c6c425f7eaa16392",
        file("t.csv", "x,y\n1,2\n", ',').sha256());
    TableFile none = new TableFile(folder.resolve("none.csv"), ',');
    assertThrows(TableException.class, none::sha256);
  }

  @Test
  void moreUnknownCategoriesThanCanBeNamedEndInDots() throws Exception {
    StringBuilder rows = new StringBuilder("c,y\n");
    for (int i = 0; i < 30; i++) {
      rows.append("new").append(i).append(",1\n");
    }
    RawTable train = read("c,y\na,1\nb,2\n");
    TableFile other = file("other.csv", rows.toString(), ',');
    String names = "'new0', 'new1', 'new2', 'new3', 'new4', 'new5', 'new6', 'new7', 'new8', 'new9'";
    assertEquals(
        List.of(
            "other.csv, column 'c': 30 test rows have a category that no training row has, so all its"
                + " columns are 0: "
                + names
                + ", …."),
        warnings(train.readTest(other)));
  }

  @Test
  void namesMayHoldAnything() throws Exception {
    List<String> names =
        List.of("price, EUR", "\"q\"", "größe in m²", "<script>alert(1)</script>", "a\nb", "=1+1");
    List<String> cells = new ArrayList<>();
    names.forEach(name -> cells.add('"' + name.replace("\"", "\"\"") + '"'));
    String header = String.join(",", cells);
    RawTable table = read(header + "\n1,2,3,4,5,6\n6,5,4,3,2,1\n", Missing.REFUSE, "price, EUR");
    assertEquals(
        names.subList(1, 6),
        table.prepare(0, SplitRule.ofShare(0.5), true).preprocessing().features());
  }

  @Test
  void targetsKeepTheOrderInWhichTheyAreNamed() throws Exception {
    RawTable table = read("a,b,c,d\n1,2,3,4\n5,6,7,8\n", Missing.REFUSE, "d", "b");
    Table train = table.prepare(0, SplitRule.ofShare(0.5), false).split().train();
    assertEquals(List.of("a", "c"), train.features());
    assertEquals(List.of("d", "b"), train.targets());
    assertEquals(train.x()[0] + 3, train.y()[0]);
    assertEquals(train.x()[0] + 1, train.y()[1]);
  }

  @Test
  void ignoredColumnsMayHoldAnything() throws Exception {
    TableFile file = file("t.csv", "id,x,y\n,1,2\n\"a\nb\",3,4\n", ',');
    Choice choice = new Choice(List.of("y"), List.of("id"), null, Missing.REFUSE);
    RawTable table = RawTable.read(file, choice);
    assertEquals(1, table.features().size());
    assertEquals(List.of(), table.warnings());
  }

  @Test
  void categoriesAreSortedByCodePoint() throws Exception {
    RawTable table = read("c,y\nb,1\nB,2\n\ud83d\udfe3,3\n\uff21,4\nä,5\na,6\nab,7\na,8\n");
    assertEquals(
        List.of("B", "a", "ab", "b", "ä", "\uff21", "\ud83d\udfe3"),
        ((Column.Categories) table.features().get(0)).categories());
  }

  @Test
  void aTargetOfTextIsClassification() throws Exception {
    RawTable table = read("x,y\n1,b\n2,a\n3,b\n");
    assertEquals(Task.CLASSIFICATION, table.task());
    Prepared prepared = table.prepare(0, SplitRule.ofShare(0.3), true);
    assertEquals(List.of("a", "b"), prepared.preprocessing().classes());
    assertEquals(2, prepared.preprocessing().outputs());
    assertEquals(List.of("y"), prepared.split().train().targets());
  }

  /** The same number is the same class however it is written, and numbers are in their order. */
  @Test
  void numbersCanBeClasses() throws Exception {
    TableFile file = file("t.csv", "x,y\n1,10\n2,9\n3,9.0\n4,-0\n5,0\n6,0.5\n7,1e1\n", ',');
    Choice choice = new Choice(List.of("y"), List.of(), Task.CLASSIFICATION, Missing.REFUSE);
    RawTable table = RawTable.read(file, choice);
    assertEquals(new ColumnFacts("y", true, false, 4, 0), table.columns().get(1));
    assertEquals(List.of("10", "9", "9", "0", "0", "0.5", "10"), texts(table.targets().get(0)));
    Prepared prepared = table.prepare(1, SplitRule.ofShare(0.3), true);
    assertEquals(List.of("0", "0.5", "9", "10"), prepared.preprocessing().classes());
    for (Table part : List.of(prepared.split().train(), prepared.split().test())) {
      assertEquals(
          List.of(),
          Arrays.stream(part.y())
              .filter(y -> y != Math.rint(y) || y < 0 || y > 3)
              .boxed()
              .toList());
    }
  }

  @Test
  void rowsWithMissingValuesCanBeLeftOut() throws Exception {
    RawTable table =
        read("a,c,y\n1,u,1\n,v,2\n3,NA,3\n4,w,\n5,w,5\n6,u,6\n?,x,7\n", Missing.DROP, "y");
    assertArrayEquals(new double[] {1, 5, 6}, numbers(table.features().get(0)));
    assertArrayEquals(new double[] {1, 5, 6}, numbers(table.targets().get(0)));
    assertEquals(List.of("u", "w", "u"), texts(table.features().get(1)));
    assertEquals(List.of("u", "w"), ((Column.Categories) table.features().get(1)).categories());
    assertEquals(3, table.rows());
    assertEquals(4, table.droppedRows());
    assertEquals(2, table.columns().get(0).missing());
  }

  @Test
  void trainingRowsFillInWhatIsMissing() throws Exception {
    StringBuilder rows = new StringBuilder("n,c,y\n");
    for (int i = 0; i < 40; i++) {
      rows.append(i % 5 == 0 ? "" : i).append(i % 3 == 0 ? ",NA," : i % 2 == 0 ? ",b," : ",a,");
      rows.append(i).append('\n');
    }
    Prepared prepared =
        read(rows.toString(), Missing.MEDIAN, "y").prepare(4, SplitRule.ofShare(0.5), false);
    Table train = prepared.split().train();
    List<Double> there = new ArrayList<>();
    int[] counts = new int[2];
    for (int i = 0; i < train.rows(); i++) {
      int row = (int) train.y()[i];
      if (row % 5 != 0) {
        there.add((double) row);
      }
      if (row % 3 != 0) {
        counts[row % 2]++;
      }
    }
    there.sort(null);
    double median = (there.get((there.size() - 1) / 2) + there.get(there.size() / 2)) / 2;
    String most = counts[0] > counts[1] ? "b" : "a";
    assertEquals(
        List.of(
            new FeatureColumn.Numbers("n", median),
            new FeatureColumn.Categories("c", List.of("a", "b"), List.of(), most)),
        prepared.preprocessing().columns());
    for (Table part : List.of(train, prepared.split().test())) {
      for (int i = 0; i < part.rows(); i++) {
        int row = (int) part.y()[i];
        String category = row % 3 == 0 ? most : row % 2 == 0 ? "b" : "a";
        assertEquals(row % 5 == 0 ? median : row, part.x()[3 * i]);
        assertEquals(category.equals("a") ? 1 : 0, part.x()[3 * i + 1]);
        assertEquals(category.equals("b") ? 1 : 0, part.x()[3 * i + 2]);
      }
    }
  }

  @Test
  void ofCategoriesThatAreEquallyFrequentTheFirstFillsIn() throws Exception {
    RawTable train = read("c,y\nb,1\na,2\nb,3\nNA,4\na,5\n", Missing.MEDIAN, "y");
    Prepared prepared = train.prepare(0, train, SplitRule.ofShare(0.5), false);
    assertArrayEquals(new double[] {0, 1, 1, 0, 0, 1, 1, 0, 1, 0}, prepared.split().train().x());
  }

  @Test
  void theFirstRowsOfEachPartCanBeKept() throws Exception {
    StringBuilder rows = new StringBuilder("x,y\n");
    for (int i = 0; i < 50; i++) {
      rows.append(i).append(',').append(i).append('\n');
    }
    RawTable table = read(rows.toString());
    Split all = table.prepare(9, SplitRule.ofShare(0.3), false).split();
    SplitRule few = new SplitRule(0.3, OptionalInt.of(7), OptionalInt.of(3));
    Prepared kept = table.prepare(9, few, false);
    assertArrayEquals(Arrays.copyOf(all.train().x(), 7), kept.split().train().x());
    assertArrayEquals(Arrays.copyOf(all.test().x(), 3), kept.split().test().x());
    NumberStream numbers = new NumberStream(9);
    numbers.permutation(50);
    assertArrayEquals(numbers.permutation(7), kept.numbers().permutation(7));
  }

  @Test
  void anotherFileIsTestedOnByTheNamesOfItsColumns() throws Exception {
    RawTable train = read("c,n,y\nb,1,10\na,3,30\n");
    RawTable test =
        train.readTest(
            file("other.csv", "more,y,n,c\nz,5,7,a\n,6,8,b\nz,7,9,new\nz,8,9,new\n", ','));
    Prepared prepared = train.prepare(5, test, SplitRule.ofShare(0.5), true);
    assertArrayEquals(new double[] {-1, 1, -1, 1, -1, 1}, prepared.split().train().x());
    assertArrayEquals(
        new double[] {1, -1, 5, -1, 1, 6, -1, -1, 7, -1, -1, 7}, prepared.split().test().x());
    assertArrayEquals(
        new double[] {5, 6, 7, 8},
        prepared.preprocessing().inOriginalUnits(prepared.split().test().y()));
    assertEquals(
        List.of(
            "other.csv, column 'c': 2 test rows have a category that no training row has, so all its"
                + " columns are 0: 'new'."),
        warnings(test));
    assertArrayEquals(new NumberStream(5).permutation(2), prepared.numbers().permutation(2));
  }

  /** The whole file has it, so it has a column; but what no network learned must not count. */
  @Test
  void aCategoryThatNoTrainingRowHasIsZeroEverywhere() throws Exception {
    RawTable table = read("c,y\na,p\nb,p\nrare,q\na,p\nb,p\n");
    int seed = 0;
    while (new NumberStream(seed).permutation(5)[0] != 2) {
      seed++;
    }
    Prepared prepared = table.prepare(seed, SplitRule.ofShare(0.2), false);
    assertEquals(List.of("c=a", "c=b", "c=rare"), prepared.split().test().features());
    assertArrayEquals(new double[3], prepared.split().test().x());
    assertEquals(
        List.of(
            "t.csv, column 'c': a test row has a category that no training row has, so all its"
                + " columns are 0: 'rare'.",
            "t.csv, column 'y': a test row has a class that no training row has, so no network"
                + " learns it: 'q'."),
        prepared.warnings().stream().map(w -> w.replace(folder + "/", "")).toList());
  }

  @Test
  void oddColumnsAreWarnedOf() throws Exception {
    StringBuilder rows = new StringBuilder("one,same,id,zip,mostly,y\n");
    for (int i = 0; i < 300; i++) {
      rows.append("7,NL,r").append(i).append(",z").append(i % 150).append(',');
      rows.append(i == 100 ? "n/a" : i % 20).append(",c").append(i % 120).append('\n');
    }
    assertEquals(
        List.of(
            "t.csv, column 'one': it is constant: every value is 7.",
            "t.csv, column 'same': it is constant: every value is 'NL'.",
            "t.csv, column 'id': it has as many categories as rows, 300, as an id has; --ignore"
                + " leaves it out.",
            "t.csv, column 'zip': it has 150 categories, each of which becomes a feature.",
            "t.csv, column 'mostly': it is taken as text because of 'n/a' in line 102, though 299 of"
                + " its 300 values are numbers.",
            "t.csv, column 'y': it has 120 classes."),
        warnings(read(rows.toString())));
  }

  @Test
  void anOrdinaryTableIsNotWarnedOf() throws Exception {
    RawTable iris =
        RawTable.read(
            new TableFile(Path.of("src/test/resources/data/iris.csv"), ','),
            new Choice(List.of("species"), List.of(), null, Missing.REFUSE));
    assertEquals(List.of(), iris.warnings());
    assertEquals(List.of(), iris.prepare(0, SplitRule.ofShare(0.2), true).warnings());
  }

  @Test
  void namesAreReadAsInACsvFile() {
    assertEquals(List.of("a"), Choice.names("a"));
    assertEquals(
        List.of("rooms", "price, EUR", "\"q\" x", "=1"),
        Choice.names("rooms , \"price, EUR\",\"\"\"q\"\" x\",=1".replace(" , ", ",")));
    assertEquals(List.of("a b", "c"), Choice.names(" a b , c\t"));
    assertEquals(List.of("a\nb"), Choice.names("\"a\nb\""));
    for (String wrong : List.of("", " ", "a,", ",a", "\"a", "\"a\"b", "a\nb", "\n")) {
      assertThrows(IllegalArgumentException.class, () -> Choice.names(wrong), wrong);
    }
  }

  @Test
  void aStudyWithoutATargetOrASensibleShareIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Choice(List.of(), List.of(), null, Missing.REFUSE));
    for (double share : new double[] {0, 1, -0.1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> SplitRule.ofShare(share));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new SplitRule(0.5, OptionalInt.of(0), OptionalInt.empty()));
  }
}
