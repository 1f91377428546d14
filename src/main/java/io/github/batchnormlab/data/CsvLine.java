package io.github.batchnormlab.data;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the cells of a text that comes line by line, in which no cell goes on in the next line. The
 * rules are those of a {@link TableFile}. One object reads one line after the other.
 */
public final class CsvLine extends AbstractBaseCsvCallbackHandler<Boolean> {
  private final CsvReader.CsvReaderBuilder reader;
  private List<Object> cells;

  /**
   * @param delimiter what parts the cells
   */
  public CsvLine(char delimiter) {
    reader = CsvReader.builder().fieldSeparator(delimiter).allowUnclosedQuote(false);
  }

  /**
   * A cell that stood in quotes.
   *
   * @param text without the quotes
   */
  record Quoted(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * Reads a line.
   *
   * @param line the line, which is not empty
   * @return its cells, for {@link RowSurvey} and {@link RowReader}; none if it is no row of a
   *     table: a quote does not close, or text follows one that does
   */
  public Optional<Object[]> cells(String line) {
    cells = new ArrayList<>();
    try (CsvReader<Boolean> rows = reader.build(this, line)) {
      return rows.stream().count() == 1 ? Optional.of(cells.toArray()) : Optional.empty();
    } catch (CsvParseException | IOException e) { // A text in memory has no other fault.
      return Optional.empty();
    }
  }

  @Override
  protected void handleField(int column, char[] chars, int from, int length, boolean quoted) {
    String text = new String(chars, from, length);
    cells.add(quoted ? new Quoted(text) : text);
  }

  @Override
  protected Boolean buildRecord() {
    return true;
  }
}
