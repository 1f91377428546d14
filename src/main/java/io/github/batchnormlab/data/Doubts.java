package io.github.batchnormlab.data;

import io.github.batchnormlab.data.Survey.Counts;
import io.github.batchnormlab.data.Wanted.Form;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** What in a table may not be meant, as sentences: it is learned all the same. */
final class Doubts {
  static final int MANY_CATEGORIES = 100;

  private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?\\d++,\\d++");

  private final TableFile file;
  private final Survey survey;

  Doubts(TableFile file, Survey survey) {
    this.file = file;
    this.survey = survey;
  }

  /** What is odd about columns to learn from. */
  List<String> about(List<Wanted> wanted, List<Column> columns) {
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Counts counts = survey.counts(i);
      if (wanted.get(i).form() == Form.CATEGORIES && counts.numbers > counts.texts) {
        warnings.add(
            sentence(
                wanted.get(i).name(),
                "it is taken as text because of "
                    + Shown.quoted(counts.firstText.text())
                    + " in line "
                    + counts.firstText.line()
                    + ", though "
                    + counts.numbers
                    + " of its "
                    + (counts.numbers + counts.texts)
                    + " values are numbers"));
      }
      if (columns.get(i) instanceof Column.Categories text) {
        aboutCategories(wanted.get(i), text, warnings);
      } else if (columns.get(i) instanceof Column.Numbers numbers) {
        aboutNumbers(numbers, warnings);
      }
    }
    return warnings;
  }

  private void aboutNumbers(Column.Numbers column, List<String> warnings) {
    double first = Double.NaN;
    for (double value : column.values()) {
      if (Double.isNaN(first)) {
        first = value;
      } else if (value != first && !Double.isNaN(value)) {
        return;
      }
    }
    if (!Double.isNaN(first)) {
      warnings.add(constant(column.name(), CategoryFiller.ofNumber(first)));
    }
  }

  private String constant(String column, String value) {
    return sentence(column, "it is constant: every value is " + value);
  }

  private void aboutCategories(Wanted wanted, Column.Categories column, List<String> warnings) {
    int count = column.categories().size();
    boolean areCommas =
        count > 0
            && column.categories().stream().allMatch(text -> DECIMAL_COMMA.matcher(text).matches());
    if (areCommas) {
      warnings.add(
          sentence(
              column.name(),
              "its values are taken as text, though they look like numbers with a decimal comma;"
                  + " numbers have a decimal point"));
    }
    String kind = wanted.target() ? "classes" : "categories";
    if (count <= 1) {
      warnings.add(constant(column.name(), Shown.list(column.categories())));
    } else if (count == Arrays.stream(column.codes()).filter(code -> code >= 0).count()) {
      warnings.add(
          sentence(
              column.name(),
              "it has as many "
                  + kind
                  + " as rows, "
                  + count
                  + ", as an id has"
                  + (wanted.target() ? "" : "; --ignore leaves it out")));
    } else if (count > MANY_CATEGORIES) {
      warnings.add(
          sentence(
              column.name(),
              "it has "
                  + count
                  + " "
                  + kind
                  + (wanted.target() ? "" : ", each of which becomes a feature")));
    }
  }

  /** What of another table's columns is not known there. */
  List<String> aboutUnknown(List<ColumnFiller> fillers) {
    List<String> warnings = new ArrayList<>();
    for (ColumnFiller filler : fillers) {
      if (filler instanceof CategoryFiller text && !text.unknown().isEmpty()) {
        warnings.add(
            lacking(
                file,
                text.column().name(),
                "category",
                "test row",
                text.unknownRows(),
                text.unknown()));
      }
    }
    return warnings;
  }

  /**
   * Says that rows have a category or class that no training row has.
   *
   * @param kind {@code category} or {@code class}
   * @param row what the rows are called, such as {@code test row}
   * @param rows how many
   * @param names which they are, or some of them
   */
  static String lacking(
      TableFile file, String column, String kind, String row, long rows, List<String> names) {
    return sentence(
        file,
        column,
        (rows == 1 ? "a " + row + " has a " : rows + " " + row + "s have a ")
            + kind
            + " that no training row has, so "
            + (kind.equals("class") ? "no network learns it" : "all its columns are 0")
            + ": "
            + Shown.some(names));
  }

  private String sentence(String column, String what) {
    return sentence(file, column, what);
  }

  private static String sentence(TableFile file, String column, String what) {
    return TableException.of(file.path(), column, what).getMessage();
  }
}
