package io.github.batchnormlab.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.TreeSet;

/**
 * What the cells of some rows are, where the rows are: the first pass over a table in blocks. Those
 * of neighbouring rows can be merged.
 */
public final class RowSurvey implements Serializable {
  private static final long serialVersionUID = 1L;

  /** More classes no study has use for. */
  static final int MOST_CLASSES = 10_000;

  private final int[] places;
  private final boolean hasClasses;
  private final boolean drops;
  private final Counts[] columns;
  private final TreeSet<String> texts = new TreeSet<>();
  private final TreeSet<String> numbers = new TreeSet<>();
  private long rows;
  private long completeRows;
  private Example malformed;
  private transient Cell cell;

  /** A row that an answer may name, from 0, and what stands there. */
  record Example(long row, String text) implements Serializable {
    Example behind(long rows) {
      return new Example(rows + row, text);
    }
  }

  /** What a column holds. */
  static final class Counts implements Serializable {
    private static final long serialVersionUID = 1L;

    long missing;
    long texts;
    Example firstMissing;
    Example firstText;
  }

  /**
   * @param places for each column of the table, which of the wanted it is, or -1
   * @param wanted how many are wanted
   * @param hasClasses whether the last of them holds classes
   * @param drops whether rows that lack a value are left out
   */
  RowSurvey(int[] places, int wanted, boolean hasClasses, boolean drops) {
    this.places = places;
    this.hasClasses = hasClasses;
    this.drops = drops;
    columns = new Counts[wanted];
    Arrays.setAll(columns, i -> new Counts());
  }

  /** {@return one of the same columns that has seen no row} */
  public RowSurvey empty() {
    return new RowSurvey(places, columns.length, hasClasses, drops);
  }

  /**
   * Looks at the next row.
   *
   * @param cells for each column of the table a number, a text, or null where there is nothing
   */
  public void add(Object[] cells) {
    if (cell == null) {
      cell = new Cell();
    }
    boolean isComplete = true;
    Object ofClass = null;
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        isComplete &= add(places[i], cells[i]);
        if (hasClasses && places[i] == columns.length - 1) {
          ofClass = cells[i];
        }
      }
    }
    if (ofClass != null && (isComplete || !drops)) { // Rows that are left out teach no class.
      addClass(ofClass);
    }
    rows++;
    completeRows += isComplete ? 1 : 0;
  }

  private void addClass(Object value) {
    if (texts.size() > MOST_CLASSES) {
      return;
    }
    switch (RowReader.kind(value, cell)) {
      case NUMBER -> {
        String number = CategoryFiller.ofNumber(RowReader.number(value, cell));
        numbers.add(number);
        texts.add(value instanceof Number ? number : cell.text());
      }
      case TEXT -> texts.add(cell.text());
      default -> {
        // No class is missing where the rows can be learned.
      }
    }
  }

  /**
   * Notes a row that has not as many cells as the header.
   *
   * @param text the row
   */
  public void addMalformed(String text) {
    if (malformed == null) {
      malformed = new Example(rows, text);
    }
    rows++;
  }

  private boolean add(int place, Object value) {
    Counts counts = columns[place];
    switch (RowReader.kind(value, cell)) {
      case NUMBER -> {
        return true;
      }
      case TEXT -> {
        counts.texts++;
        if (counts.firstText == null) {
          counts.firstText = new Example(rows, cell.text());
        }
        return true;
      }
      default -> {
        counts.missing++;
        if (counts.firstMissing == null) {
          counts.firstMissing = new Example(rows, value == null ? "" : String.valueOf(value));
        }
        return false;
      }
    }
  }

  /**
   * Takes what another one has seen.
   *
   * @param next of the rows behind these
   */
  public void merge(RowSurvey next) {
    for (int i = 0; i < columns.length; i++) {
      Counts own = columns[i];
      Counts other = next.columns[i];
      own.firstMissing = first(own.firstMissing, other.firstMissing);
      own.firstText = first(own.firstText, other.firstText);
      own.missing += other.missing;
      own.texts += other.texts;
    }
    malformed = first(malformed, next.malformed);
    texts.addAll(next.texts);
    numbers.addAll(next.numbers);
    rows += next.rows;
    completeRows += next.completeRows;
  }

  private Example first(Example own, Example other) {
    return own != null || other == null ? own : other.behind(rows);
  }

  /** {@return how many rows it has seen} */
  public long rows() {
    return rows;
  }

  /** {@return how many of them lack no value in a wanted column} */
  public long completeRows() {
    return completeRows;
  }

  Counts column(int wanted) {
    return columns[wanted];
  }

  /** The first row of another length than the header, or null. */
  Example malformed() {
    return malformed;
  }

  /** The classes as texts. */
  TreeSet<String> texts() {
    return texts;
  }

  /** The classes as numbers, of those that are. */
  TreeSet<String> numbers() {
    return numbers;
  }
}
