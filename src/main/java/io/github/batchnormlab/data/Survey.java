package io.github.batchnormlab.data;

import io.github.batchnormlab.data.Wanted.Form;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The first pass over a file: which columns are numbers, what is missing, how many rows there are.
 * It keeps counts, and no cells but the first of a kind.
 */
final class Survey implements CellListener {
  private final TableFile file;
  private final Selection selection;
  private final Cell cell = new Cell();

  private List<String> header;
  private List<Wanted> wanted;

  /** For each column of the file, which of the wanted it is, or -1. */
  private int[] places;

  private List<Counts> counts;
  private long rows;
  private long completeRows;
  private boolean rowIsComplete = true;

  private Survey(TableFile file, Selection selection) {
    this.file = file;
    this.selection = selection;
  }

  /** A cell that an answer may name. */
  record Example(long line, String text) {}

  /** What a column holds. */
  static final class Counts {
    long missing;
    long numbers;
    long texts;
    Example firstMissing;
    Example firstText;
  }

  /** Goes over a file. */
  static Survey of(TableFile file, Selection selection) throws TableException {
    Survey survey = new Survey(file, selection);
    CsvPass.over(file, survey);
    if (survey.rows == 0) {
      throw TableException.of(file.path(), "has a header, but no rows");
    }
    return survey;
  }

  @Override
  public void header(List<String> names, List<String> cells) throws TableException {
    header = names;
    wanted = selection.in(file.name(), names);
    places = places(names, wanted);
    counts = new ArrayList<>();
    wanted.forEach(column -> counts.add(new Counts()));
  }

  /** For each column of a file, which of the wanted it is, or -1. */
  static int[] places(List<String> names, List<Wanted> wanted) {
    Map<String, Integer> byName = new HashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      byName.put(wanted.get(i).name(), i);
    }
    return names.stream().mapToInt(name -> byName.getOrDefault(name, -1)).toArray();
  }

  @Override
  public void cell(int column, long line, char[] chars, int from, int length, boolean quoted)
      throws TableException {
    int place = places[column];
    if (place < 0) {
      return;
    }
    Counts found = counts.get(place);
    switch (cell.read(chars, from, length, quoted)) {
      case NUMBER -> found.numbers++;
      case TEXT -> text(place, line);
      default -> {
        found.missing++;
        rowIsComplete = false;
        if (found.firstMissing == null) {
          found.firstMissing = new Example(line, cell.text());
        }
      }
    }
  }

  private void text(int place, long line) throws TableException {
    Counts found = counts.get(place);
    Wanted column = wanted.get(place);
    if (cell.hasNul()) {
      throw TableException.at(file.path(), line, column.name(), CsvPass.NO_TEXT);
    }
    if (found.firstText == null) {
      found.firstText = new Example(line, cell.text());
    }
    found.texts++;
    if (column.form() == Form.NUMBERS || column.form() == Form.NUMBERED_CLASSES) {
      throw noNumber(file, line, column, cell);
    }
  }

  /** The fault of a text where numbers are known to be. */
  static TableException noNumber(TableFile file, long line, Wanted column, Cell cell) {
    return TableException.at(file.path(), line, column.name(), Shown.noNumber(cell.text()));
  }

  @Override
  public void endOfRow(long line) {
    rows++;
    if (rowIsComplete) {
      completeRows++;
    }
    rowIsComplete = true;
  }

  List<String> header() {
    return header;
  }

  List<Wanted> wanted() {
    return wanted;
  }

  Counts counts(int wantedColumn) {
    return counts.get(wantedColumn);
  }

  long rows() {
    return rows;
  }

  /** Rows without a missing value in a wanted column. */
  long completeRows() {
    return completeRows;
  }
}
