package io.github.batchnormlab.data;

import io.github.batchnormlab.data.RowSurvey.Example;
import io.github.batchnormlab.study.ColumnFacts;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Missing;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A table whose rows are elsewhere, read in two passes there: a {@link RowSurvey}, then a {@link
 * RowReader}. What is asked of it, and what is refused, is as for a file here; rows are named by
 * their number in the table, from 1, the header not counted.
 */
public final class BlockTable {
  /** Where it is, as the user has written it. */
  private final String file;

  private final Settings settings;
  private final Choice choice;
  private final List<Wanted> wanted;
  private final int[] places;
  private RowSurvey found;
  private List<String> classes = List.of();
  private boolean numbered;

  /**
   * @param settings name the table, and what is asked of it
   * @param header the names of its columns
   * @throws TableException if a column is not there, or a name is missing or there twice
   */
  public BlockTable(Settings settings, List<String> header) throws TableException {
    this.settings = settings;
    file = settings.table().data();
    choice = TableSource.choice(settings.table());
    Set<String> names = new HashSet<>();
    for (String name : header) {
      if (name.isEmpty()) {
        throw TableException.of(file, "has a column without a name in its header");
      }
      if (!names.add(name)) {
        throw TableException.of(file, "has two columns of the same name, " + Shown.quoted(name));
      }
    }
    wanted = Selection.of(choice).in(file, header);
    places = Survey.places(header, wanted);
  }

  /**
   * {@return the names in the first line of a CSV file}
   *
   * @param settings name the table
   * @param line the line
   * @throws TableException if it is no header
   */
  public static List<String> header(Settings settings, String line) throws TableException {
    Optional<Object[]> cells =
        line.isEmpty()
            ? Optional.empty()
            : new CsvLine(settings.table().delimiter().character()).cells(line);
    return Stream.of(cells.orElseThrow(() -> fault(settings, "has no header in its first line")))
        .map(cell -> Cell.stripped(cell.toString()))
        .toList();
  }

  /**
   * {@return that something is wrong with the table}
   *
   * @param settings name the table
   * @param what to follow its name
   */
  public static TableException fault(Settings settings, String what) {
    return TableException.of(settings.table().data(), what);
  }

  /** {@return what looks at rows} */
  public RowSurvey survey() {
    return new RowSurvey(
        places,
        wanted.size(),
        choice.task() == Task.CLASSIFICATION,
        choice.missing() == Missing.DROP);
  }

  /**
   * Checks what was found of all rows.
   *
   * @param all what was found
   * @return what reads the rows
   * @throws TableException if they make no study
   */
  public RowReader reader(RowSurvey all) throws TableException {
    found = all;
    if (all.rows() == 0) {
      throw TableException.of(file, "has a header, but no rows");
    }
    if (all.malformed() != null) {
      throw at(
          all.malformed(),
          "",
          "the row has more or fewer cells than the header, or a quote that does not close or before"
              + " other text: "
              + Shown.quoted(all.malformed().text()));
    }
    boolean isClassification = choice.task() == Task.CLASSIFICATION;
    if (isClassification && choice.targets().size() > 1) {
      throw TableException.of(
          file,
          "cannot teach " + choice.targets().size() + " targets as classes: there may be only one");
    }
    for (int i = 0; i < wanted.size(); i++) {
      boolean isClass = isClassification && i == wanted.size() - 1;
      if (all.column(i).texts > 0 && !isClass) {
        throw text(wanted.get(i), all.column(i).firstText);
      }
    }
    checkMissing();
    long rows = rows();
    if (rows < 2 || rows > Integer.MAX_VALUE) {
      throw TableException.of(
          file, "has " + rows + " rows to learn from, and a study takes 2 to " + Integer.MAX_VALUE);
    }
    if (isClassification) {
      findClasses();
    }
    HashMap<String, Integer> indices = new HashMap<>();
    classes.forEach(name -> indices.put(name, indices.size()));
    return new RowReader(
        places, wanted.size(), choice.missing() == Missing.DROP, indices, numbered);
  }

  private TableException text(Wanted column, Example example) {
    String what =
        column.target()
            ? " is no number, so this target has classes, which --task classification learns"
            : " is no number, and categories are not yet taken with rows in blocks; encode them as"
                + " numbers first, or leave the column out with --ignore";
    return at(example, column.name(), Shown.quoted(example.text()) + what);
  }

  private TableException at(Example example, String column, String what) {
    String where = column.isEmpty() ? "" : ", column " + Shown.quoted(column);
    return TableException.of(
        file, "(row " + (example.row() + 1) + where + ") cannot be learned: " + what);
  }

  private void checkMissing() throws TableException {
    if (choice.missing() == Missing.DROP) {
      return;
    }
    for (int i = 0; i < wanted.size(); i++) {
      RowSurvey.Counts counts = found.column(i);
      if (counts.missing > 0) {
        throw at(
            counts.firstMissing,
            wanted.get(i).name(),
            Shown.missing(counts.firstMissing.text())
                + (counts.missing == 1
                    ? ", the only one in this column"
                    : ", the first of " + counts.missing + " in this column")
                + "; --missing drop leaves such rows out");
      }
    }
  }

  private void findClasses() throws TableException {
    numbered = found.column(wanted.size() - 1).texts == 0;
    Set<String> all = numbered ? found.numbers() : found.texts();
    if (found.texts().size() > RowSurvey.MOST_CLASSES) {
      throw TableException.of(
          file,
          wanted.get(wanted.size() - 1).name(),
          "it has more than " + RowSurvey.MOST_CLASSES + " classes");
    }
    Comparator<String> order =
        numbered ? Comparator.comparingDouble(Double::parseDouble) : CategoryFiller::byCodePoint;
    classes = all.stream().sorted(order).toList();
  }

  /** The rows that are not left out. */
  private long rows() {
    return choice.missing() == Missing.DROP ? found.completeRows() : found.rows();
  }

  /**
   * {@return the rows as a study takes them}
   *
   * @param blocks the rows, by the reader
   * @param sums the SHA-256 of what they were read from
   * @throws TableException if they make no study
   */
  public BlockSource source(BlockSet<RawBlock> blocks, List<String> sums) throws TableException {
    int rows = (int) rows();
    SplitRule rule = TableSource.rule(settings);
    List<ColumnFacts> facts = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      boolean isClass = !classes.isEmpty() && wanted.get(i).target();
      facts.add(
          new ColumnFacts(
              wanted.get(i).name(),
              wanted.get(i).target(),
              isClass && !numbered,
              isClass ? classes.size() : 0,
              found.column(i).missing));
    }
    String path = settings.table().data().replaceFirst("/+$", "");
    return new BlockSource(
        file,
        blocks,
        rows,
        new TargetColumns(choice.targets(), classes, numbered),
        rule,
        settings.table().standardize(),
        new DataFacts(
            Plain.text(path.substring(path.lastIndexOf('/') + 1)),
            "",
            sums,
            classes.isEmpty() ? Task.REGRESSION : Task.CLASSIFICATION,
            Preparation.trainRows(file, rows, rule),
            Preparation.testRows(file, rows, rule),
            found.rows() - rows,
            facts,
            wanted.size() - choice.targets().size(),
            classes,
            List.of()));
  }
}
