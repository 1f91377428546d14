package io.github.batchnormlab.data;

import static io.github.batchnormlab.data.Column.Categories.MISSING;
import static io.github.batchnormlab.data.Column.Categories.UNKNOWN;

import io.github.batchnormlab.data.Cell.Kind;
import io.github.batchnormlab.data.Wanted.Form;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Takes a column of categories or classes, and finds them if they are not given. */
final class CategoryFiller implements ColumnFiller {
  /** More would need more memory than numbers do. No study has use for them. */
  private static final int MOST_CATEGORIES = 100_000;

  private final TableFile file;
  private final Wanted wanted;
  private final int[] codes;
  private final Map<String, Integer> byText = new HashMap<>();
  private final List<String> texts = new ArrayList<>();
  private final boolean given;
  private final Set<String> unknown = new LinkedHashSet<>();

  CategoryFiller(TableFile file, Wanted wanted, int rows) {
    this.file = file;
    this.wanted = wanted;
    codes = new int[rows];
    given = wanted.categories() != null;
    if (given) {
      wanted.categories().forEach(this::add);
    }
  }

  private int add(String text) {
    texts.add(text);
    byText.put(text, byText.size());
    return texts.size() - 1;
  }

  @Override
  public void put(int row, long line, Cell cell, Kind kind) throws TableException {
    codes[row] = kind == Kind.MISSING ? MISSING : code(text(cell, kind), line);
  }

  private String text(Cell cell, Kind kind) throws TableException {
    if (wanted.form() == Form.CATEGORIES) {
      return cell.text();
    }
    if (kind == Kind.TEXT) { // The survey has seen none.
      throw Filling.hasChanged(file);
    }
    return ofNumber(cell.number());
  }

  /** The text of a class that is a number, the same however the number was written. */
  static String ofNumber(double number) {
    long whole = (long) number;
    return whole == number && Math.abs(whole) < 1L << 53
        ? Long.toString(whole)
        : Double.toString(number);
  }

  private int code(String text, long line) throws TableException {
    Integer known = byText.get(text);
    if (known != null) {
      return known;
    }
    if (!given) {
      if (texts.size() == MOST_CATEGORIES) {
        throw TableException.of(
            file.path(),
            wanted.name(),
            "it has more than "
                + MOST_CATEGORIES
                + (wanted.target()
                    ? " classes"
                    : " different texts, so it is no feature; --ignore leaves it out"));
      }
      return add(text);
    }
    if (wanted.target()) {
      throw TableException.at(
          file.path(),
          line,
          wanted.name(),
          "the class " + Shown.quoted(text) + " is in no row of the training data");
    }
    if (unknown.size() <= Shown.MOST_NAMES) {
      unknown.add(text);
    }
    return UNKNOWN;
  }

  /** Some of the categories that are not among those given. */
  List<String> unknown() {
    return List.copyOf(unknown);
  }

  /** How many rows have a category that is not among those given. */
  long unknownRows() {
    return Arrays.stream(codes).filter(code -> code == UNKNOWN).count();
  }

  @Override
  public Column.Categories column() {
    return given ? new Column.Categories(wanted.name(), texts, codes) : sorted();
  }

  /** Puts the categories in order, without those of rows that were left out. */
  private Column.Categories sorted() {
    boolean[] used = new boolean[texts.size()];
    for (int code : codes) {
      if (code >= 0) {
        used[code] = true;
      }
    }
    Comparator<String> order =
        wanted.form() == Form.NUMBERED_CLASSES
            ? Comparator.comparingDouble(Double::parseDouble)
            : CategoryFiller::byCodePoint;
    List<String> kept =
        IntStream.range(0, used.length)
            .filter(code -> used[code])
            .mapToObj(texts::get)
            .sorted(order)
            .toList();
    int[] places = new int[used.length];
    for (int i = 0; i < kept.size(); i++) {
      places[byText.get(kept.get(i))] = i;
    }
    Arrays.setAll(codes, row -> codes[row] < 0 ? codes[row] : places[codes[row]]);
    return new Column.Categories(wanted.name(), kept, codes);
  }

  /** Python's order of strings; Java's own differs where a character takes two chars. */
  static int byCodePoint(String a, String b) {
    int at = 0;
    while (at < a.length() && at < b.length() && a.charAt(at) == b.charAt(at)) {
      at++;
    }
    if (at == a.length() || at == b.length()) {
      return Integer.compare(a.length(), b.length());
    }
    char x = a.charAt(at);
    char y = b.charAt(at);
    // Surrogates stand for code points above all others.
    boolean highX = Character.isSurrogate(x);
    boolean highY = Character.isSurrogate(y);
    return highX == highY ? Character.compare(x, y) : Boolean.compare(highX, highY);
  }
}
