package io.github.batchnormlab.data;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.RecordType;
import io.github.batchnormlab.data.Utf8Reader.WrongByteException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One pass over a file, which tells a listener of each cell and finds every fault of the file's
 * form: what is no UTF-8, quotes, the header, rows too short or too long.
 *
 * <p>FastCSV finds the cells and gives them away in its own buffer, so nothing is kept of a row
 * that is over. Lines are counted here, since a row's number is not its line behind a quoted line
 * break.
 */
final class CsvPass extends AbstractBaseCsvCallbackHandler<Boolean> {
  /** A quote that does not close must not fill the memory. */
  private static final int LONGEST_CELL = 1 << 20;

  private static final int MOST_COLUMNS = 1_000_000;

  private final Path path;
  private final CellListener listener;

  /** The header once it is there. */
  private List<String> names;

  private final List<String> header = new ArrayList<>();
  private final List<String> headerCells = new ArrayList<>();

  /** Where the row begins, and how many cells and line breaks of it are over. */
  private long rowLine = 1;

  private int cells;
  private long breaks;

  private CsvPass(Path path, CellListener listener) {
    this.path = path;
    this.listener = listener;
  }

  /** Carries what a listener throws through FastCSV. */
  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stop(TableException cause) {
      super(cause);
    }
  }

  /**
   * Goes over a file.
   *
   * @throws TableException if it is no table, or the listener throws it
   */
  static void over(TableFile file, CellListener listener) throws TableException {
    file.check();
    CsvPass pass = new CsvPass(file.path(), listener);
    try (InputStream bytes = file.open();
        Utf8Reader text = new Utf8Reader(bytes)) {
      pass.read(text, file.delimiter());
    } catch (WrongByteException e) {
      throw pass.wrongByte(file, e);
    } catch (IOException e) {
      throw file.unreadable(e);
    }
    if (pass.names == null) {
      throw TableException.of(file.path(), "is empty: it has no header");
    }
  }

  private void read(Utf8Reader text, char delimiter) throws IOException, TableException {
    try {
      // The reader is closed with the text. Its rows are consumed while they are built.
      CsvReader.builder()
          .fieldSeparator(delimiter)
          .allowUnclosedQuote(false)
          .skipEmptyLines(true)
          .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
          .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
          .maxBufferSize(LONGEST_CELL)
          .build(this, text)
          .forEach(row -> {});
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (CsvParseException e) {
      throw fault(e, text);
    }
  }

  private TableException fault(CsvParseException e, Utf8Reader text) {
    if (e.getCause() instanceof Stop stop) {
      return (TableException) stop.getCause();
    }
    if (e.getCause() instanceof Error error) { // The memory's end, for one.
      throw error;
    }
    if (e.getCause() instanceof RuntimeException bug) {
      throw bug;
    }
    if (text.hasEnded()) {
      return here("the quote that opens here is never closed");
    }
    if (e.getMessage().startsWith("The maximum buffer size")) {
      return here(
          "the cell that begins here is longer than a million characters; a quote may not have been closed");
    }
    return here("text follows the quote that closes the cell");
  }

  private TableException wrongByte(TableFile file, WrongByteException e) {
    String what =
        String.format(
            "the byte 0x%02x is no UTF-8; the file may have been saved in another encoding",
            e.value);
    try {
      return at(1 + breaksBefore(file, e.offset), what);
    } catch (IOException again) {
      return here(what);
    }
  }

  /** A fault of the cell that is being read. */
  private TableException here(String what) {
    return at(rowLine + breaks, what);
  }

  private TableException at(long line, String what) {
    if (names != null && cells < names.size()) {
      return TableException.at(path, line, names.get(cells), what);
    }
    return TableException.at(path, line, what);
  }

  /** The line breaks in the first bytes of a text; CR and LF are single bytes in UTF-8. */
  private static long breaksBefore(TableFile file, long offset) throws IOException {
    long breaks = 0;
    int last = 0;
    try (InputStream bytes = new BufferedInputStream(file.open())) {
      for (long i = 0; i < offset; i++) {
        int value = bytes.read();
        if (value == '\r' || value == '\n' && last != '\r') {
          breaks++;
        }
        last = value;
      }
    }
    return breaks;
  }

  @Override
  protected void handleBegin(long line) {
    rowLine = line;
    cells = 0;
    breaks = 0;
  }

  @Override
  protected void handleField(int column, char[] chars, int from, int length, boolean quoted) {
    try {
      if (names == null) {
        addName(Cell.text(chars, from, length, false));
        headerCells.add(Cell.inFile(chars, from, length, quoted));
      } else if (column < names.size()) {
        listener.cell(column, rowLine + breaks, chars, from, length, quoted);
      } else {
        String extra = Shown.quoted(Cell.text(chars, from, length, quoted));
        throw tooLong(extra);
      }
    } catch (TableException e) {
      throw new Stop(e);
    }
    cells++;
    if (quoted) {
      breaks += breaks(chars, from, length);
    }
  }

  private void addName(String name) throws TableException {
    if (header.size() == MOST_COLUMNS) {
      throw TableException.at(path, rowLine, "the header has more than a million names");
    }
    header.add(name);
  }

  /** Found at the first cell too many, as a row could have any number of them. */
  private TableException tooLong(String extra) {
    return TableException.at(
        path,
        rowLine,
        "the row is too long: the header has "
            + counted(names.size(), "name")
            + ", and "
            + extra
            + " is one cell more");
  }

  private static int breaks(char[] chars, int from, int length) {
    int breaks = 0;
    for (int i = from; i < from + length; i++) {
      if (chars[i] == '\r' || chars[i] == '\n' && (i == from || chars[i - 1] != '\r')) {
        breaks++;
      }
    }
    return breaks;
  }

  @Override
  protected Boolean buildRecord() {
    if (getRecordType() == RecordType.EMPTY) {
      return true;
    }
    try {
      if (names == null) {
        names = checkedHeader();
        listener.header(names, List.copyOf(headerCells));
      } else if (cells != names.size()) {
        throw TableException.at(
            path,
            rowLine,
            "the row is too short: the header has "
                + counted(names.size(), "name")
                + ", but the row "
                + counted(cells, "cell"));
      } else {
        listener.endOfRow(rowLine);
      }
    } catch (TableException e) {
      throw new Stop(e);
    }
    return true;
  }

  private List<String> checkedHeader() throws TableException {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < header.size(); i++) {
      String name = header.get(i);
      if (name.isEmpty()) {
        throw TableException.at(path, rowLine, "column " + (i + 1) + " of the header has no name");
      }
      if (name.indexOf(0) >= 0) {
        throw TableException.at(path, rowLine, NO_TEXT);
      }
      Integer first = places.putIfAbsent(name, i);
      if (first != null) {
        throw TableException.at(
            path,
            rowLine,
            "columns "
                + (first + 1)
                + " and "
                + (i + 1)
                + " of the header have the same name, "
                + Shown.quoted(name));
      }
    }
    return List.copyOf(header);
  }

  /** What a zero in a text mostly says. */
  static final String NO_TEXT =
      "there is a NUL character; was the file saved as UTF-16, or is it no text";

  private static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
