package io.github.batchnormlab.data;

import io.github.batchnormlab.data.Cell.Kind;
import java.io.Serializable;
import java.util.HashMap;

/**
 * Makes numbers of the cells of rows, where the rows are: the second pass over a table in blocks. A
 * text is read as {@link Cell} says, whoever has found it.
 *
 * @param places for each column of the table, which of the wanted it is, or -1
 * @param wanted how many are wanted
 * @param drops whether rows that lack a value are left out
 * @param classes the index of each class of the last wanted column; empty if that holds numbers
 * @param numbered whether the classes are numbers
 */
public record RowReader(
    int[] places, int wanted, boolean drops, HashMap<String, Integer> classes, boolean numbered)
    implements Serializable {

  /** Reads one row after the other, on one thread. */
  public final class Rows {
    private final Cell cell = new Cell();

    /**
     * Reads a row.
     *
     * @param cells for each column of the table a number, a text, or null where there is nothing
     * @param to gets the values, features first
     * @param at where they begin
     * @return whether the row is there, and not left out
     */
    public boolean read(Object[] cells, double[] to, int at) {
      boolean isKnown = true;
      for (int i = 0; i < places.length; i++) {
        if (places[i] < 0) {
          continue;
        }
        Kind kind = kind(cells[i], cell);
        if (kind == Kind.MISSING) {
          if (drops) {
            return false;
          }
          throw hasChanged();
        }
        if (classes.isEmpty() || places[i] < wanted - 1) {
          to[at + places[i]] = numberOf(cells[i], kind);
          continue;
        }
        Integer index = index(cells[i], kind);
        isKnown = index != null; // That of a row which is left out need not be.
        to[at + places[i]] = isKnown ? index : Double.NaN;
      }
      if (!isKnown) {
        throw hasChanged();
      }
      return true;
    }

    private double numberOf(Object value, Kind kind) {
      if (kind != Kind.NUMBER) {
        throw hasChanged();
      }
      return number(value, cell);
    }

    private Integer index(Object value, Kind kind) {
      boolean isNumber = kind == Kind.NUMBER && (numbered || value instanceof Number);
      return classes.get(isNumber ? CategoryFiller.ofNumber(number(value, cell)) : cell.text());
    }
  }

  /** {@return one that reads on one thread} */
  public Rows begin() {
    return new Rows();
  }

  private static IllegalStateException hasChanged() {
    return new IllegalStateException("The table has changed while it was read");
  }

  /** What a value of a table is; a text stays in the cell. */
  static Kind kind(Object value, Cell cell) {
    if (value == null) {
      return Kind.MISSING;
    }
    if (value instanceof Number number) {
      return Double.isFinite(number.doubleValue()) ? Kind.NUMBER : Kind.MISSING;
    }
    char[] chars = value.toString().toCharArray();
    return cell.read(chars, 0, chars.length, value instanceof CsvLine.Quoted);
  }

  /** The number that a value is. */
  static double number(Object value, Cell cell) {
    return value instanceof Number number ? number.doubleValue() : cell.number();
  }
}
