package io.github.batchnormlab.spark;

import io.github.batchnormlab.data.BlockTable;
import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Serializable;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The files of a table: one file, or those of a folder, on any file system that Spark knows.
 *
 * @param settings name the table
 * @param isParquet whether they are Parquet, else CSV
 * @param files the files, sorted by name
 */
record TableFiles(Settings settings, boolean isParquet, List<Known> files) {
  private static final int BUFFER_BYTES = 1 << 16;

  /**
   * A file as a worker has read it.
   *
   * @param path where it is
   * @param sum the SHA-256 of its bytes
   * @param header its first line that holds something, or empty if it is no text
   * @param fault what is wrong with its text, to follow the table's name; empty for nothing
   */
  record Known(String path, String sum, String header, String fault) implements Serializable {}

  /** Finds the files; their bytes are read where the workers are. */
  static TableFiles find(JavaSparkContext spark, Settings settings) throws TableException {
    Configuration hadoop = spark.hadoopConfiguration();
    List<FileStatus> found = list(hadoop, settings);
    List<String> paths = found.stream().map(file -> file.getPath().toString()).sorted().toList();
    boolean isParquet = paths.stream().anyMatch(TableFiles::isParquet);
    if (isParquet && !paths.stream().allMatch(TableFiles::isParquet)) {
      throw BlockTable.fault(settings, "is a folder of Parquet files and others");
    }
    HashMap<String, String> configuration = new HashMap<>();
    hadoop
        .iterator()
        .forEachRemaining(entry -> configuration.put(entry.getKey(), entry.getValue()));
    Character delimiter = settings.table().delimiter().character();
    List<Known> known;
    try {
      known =
          spark
              .parallelize(paths, paths.size())
              .map(path -> read(path, configuration, isParquet ? null : delimiter))
              .collect();
    } catch (Exception e) {
      throw unreadable(settings, e);
    }
    for (Known file : known) {
      if (!file.fault().isEmpty()) {
        throw BlockTable.fault(settings, file.fault());
      }
      if (!file.header().equals(known.get(0).header())) {
        throw BlockTable.fault(
            settings,
            "is a folder of files with other headers: "
                + name(file.path())
                + " begins otherwise than "
                + name(known.get(0).path()));
      }
    }
    return new TableFiles(settings, isParquet, known);
  }

  private static boolean isParquet(String path) {
    return path.toLowerCase(Locale.ROOT).endsWith(".parquet");
  }

  private static String name(String path) {
    return Plain.text(new Path(path).getName());
  }

  private static List<FileStatus> list(Configuration hadoop, Settings settings)
      throws TableException {
    FileStatus[] all;
    boolean isFile;
    try {
      Path path = new Path(settings.table().data());
      FileSystem system = path.getFileSystem(hadoop);
      if (!system.exists(path)) {
        throw BlockTable.fault(settings, "does not exist");
      }
      isFile = system.getFileStatus(path).isFile();
      all = system.listStatus(path);
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(settings, e);
    }
    List<FileStatus> files =
        Stream.of(all)
            .filter(FileStatus::isFile)
            .filter(file -> !file.getPath().getName().matches("[._].*"))
            .sorted(Comparator.comparing(file -> file.getPath().toString()))
            .toList();
    if (files.stream().anyMatch(file -> file.getPath().getName().contains(":"))) {
      throw BlockTable.fault(settings, "has a colon in its name, with which Spark finds no file");
    }
    if (files.isEmpty() && isFile) {
      throw BlockTable.fault(
          settings, "has a name with . or _ at its beginning, which Spark leaves out as hidden");
    }
    if (files.isEmpty()) {
      throw BlockTable.fault(settings, "is a folder without files");
    }
    return files;
  }

  static TableException unreadable(Settings settings, Exception e) {
    Throwable cause = e;
    while (cause instanceof SparkException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage() == null ? "" : cause.getMessage();
    String first = message.lines().findFirst().orElse(cause.getClass().getSimpleName());
    return BlockTable.fault(settings, "cannot be read (" + Plain.text(first) + ")");
  }

  /**
   * Reads a file.
   *
   * @param delimiter what parts the cells of a text; null if it is none
   */
  private static Known read(String where, Map<String, String> configuration, Character delimiter)
      throws IOException {
    Configuration hadoop = new Configuration(false);
    configuration.forEach(hadoop::set);
    Path path = new Path(where);
    FileSystem system = path.getFileSystem(hadoop);
    MessageDigest sum = Sha256.start();
    String header = "";
    String fault = "";
    CompressionCodec codec =
        delimiter == null ? null : new CompressionCodecFactory(hadoop).getCodec(path);
    try (InputStream bytes = new DigestInputStream(system.open(path), sum);
        InputStream text = codec == null ? bytes : codec.createInputStream(bytes)) {
      if (delimiter != null) {
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8.newDecoder()));
        String line = reader.readLine();
        header = line == null ? "" : line.replaceFirst("^\ufeff", "");
        while (line != null && header.isEmpty()) { // Lines without any character count for nothing.
          line = reader.readLine();
          header = line == null ? "" : line;
        }
        // The header is a line, or it is not what the columns are called.
        if (!isInLines(reader, delimiter)) { // Spark cuts files at line ends, wherever these are.
          fault = "has a line break within a cell of " + name(where) + ", which Spark cuts";
        }
      }
      bytes.transferTo(OutputStream.nullOutputStream()); // The sum is over all bytes.
    } catch (CharacterCodingException e) {
      fault =
          "has bytes in "
              + name(where)
              + " that are no UTF-8; the file may have been saved in another encoding";
    }
    return new Known(where, HexFormat.of().formatHex(sum.digest()), header, fault);
  }

  /** Whether no quoted cell holds the end of a line. A quote that does not begin a cell is text. */
  private static boolean isInLines(Reader text, char delimiter) throws IOException {
    boolean isBegin = true;
    boolean isQuoted = false;
    char[] buffer = new char[BUFFER_BYTES];
    for (int count = text.read(buffer); count >= 0; count = text.read(buffer)) {
      for (int i = 0; i < count; i++) {
        char next = buffer[i];
        boolean isLineEnd = next == '\n' || next == '\r';
        if (isQuoted) {
          if (isLineEnd) {
            return false;
          }
          isQuoted = next != '"';
          // A quote behind it would go on with the same cell: it is as if that began here.
          isBegin = !isQuoted;
        } else {
          isQuoted = isBegin && next == '"';
          isBegin = isLineEnd || next == delimiter;
        }
      }
    }
    return true;
  }

  /** Where they are, sorted. */
  String[] paths() {
    return files.stream().map(Known::path).toArray(String[]::new);
  }

  /** The first line of each. */
  String header() {
    return files.get(0).header();
  }

  /**
   * The SHA-256 of the file, as for a file here; of several files that of their names and sums,
   * line by line.
   */
  List<String> sums() {
    if (files.size() == 1) {
      return List.of(files.get(0).sum());
    }
    StringBuilder lines = new StringBuilder();
    for (Known file : files) {
      lines.append(new Path(file.path()).getName()).append(' ').append(file.sum()).append('\n');
    }
    return List.of(Sha256.of(lines.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
