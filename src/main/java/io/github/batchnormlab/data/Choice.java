package io.github.batchnormlab.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.github.batchnormlab.study.Missing;
import io.github.batchnormlab.study.Task;
import java.io.IOException;
import java.util.List;

/**
 * What a study takes from a file. Columns that are neither targets nor ignored are features.
 *
 * @param targets the columns to learn, in the order of the outputs
 * @param ignored the columns to leave out, of which only the form is checked
 * @param task what is learned, or null: classes if the target is text, else numbers
 * @param missing what becomes of missing values
 */
public record Choice(List<String> targets, List<String> ignored, Task task, Missing missing) {

  /**
   * @param targets the columns to learn, in the order of the outputs
   * @param ignored the columns to leave out, of which only the form is checked
   * @param task what is learned, or null: classes if the target is text, else numbers
   * @param missing what becomes of missing values
   * @throws IllegalArgumentException if there is no target
   */
  public Choice {
    targets = List.copyOf(targets);
    ignored = List.copyOf(ignored);
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("A study needs a target");
    }
  }

  /**
   * Reads names of columns as a user writes them: parted by commas, and in quotes where a name
   * holds a comma or a quote, as in a CSV file: {@code rooms,"price, EUR"}. Blanks around a name
   * count for nothing, as in the header.
   *
   * @param text the text
   * @return the names
   * @throws IllegalArgumentException if there is no name or an empty one, or a quote does not
   *     close; the message is the rule
   */
  public static List<String> names(String text) {
    List<String> names = List.of();
    try (var lines = CsvReader.builder().allowUnclosedQuote(false).ofCsvRecord(text)) {
      List<CsvRecord> all = lines.stream().toList();
      if (all.size() == 1) {
        names = all.get(0).getFields().stream().map(Cell::stripped).toList();
      }
    } catch (CsvParseException | IOException e) {
      // The one sentence below covers every fault.
    }
    if (names.isEmpty() || names.contains("")) {
      throw new IllegalArgumentException(
          "must be names of columns, parted by commas; a name that holds a comma or a quote goes in"
              + " quotes, as in a CSV file");
    }
    return names;
  }
}
