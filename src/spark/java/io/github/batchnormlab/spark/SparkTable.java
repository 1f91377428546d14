package io.github.batchnormlab.spark;

import io.github.batchnormlab.data.BlockSource;
import io.github.batchnormlab.data.BlockTable;
import io.github.batchnormlab.data.CsvLine;
import io.github.batchnormlab.data.RawBlock;
import io.github.batchnormlab.data.RowReader;
import io.github.batchnormlab.data.RowSurvey;
import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.study.Missing;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import scala.Tuple2;

/**
 * A table that Spark reads, cut into blocks by the numbers of its rows.
 *
 * <p>Spark cuts files where it likes and puts the largest pieces first. So the pieces are counted,
 * sorted by file and place, and each row has its number from the rows before its piece; then the
 * rows go to their blocks, once. Of CSV Spark gives the lines, and their cells are found as the
 * application's own reader finds them.
 */
final class SparkTable {
  /** Spark's own name for the option that takes the names of files for patterns. */
  private static final String GLOB_PATHS = "__globPaths__";

  private final JavaSparkContext spark;
  private final Settings settings;
  private final TableFiles files;

  private SparkTable(JavaSparkContext spark, Settings settings, TableFiles files) {
    this.spark = spark;
    this.settings = settings;
    this.files = files;
  }

  static BlockSource open(JavaSparkContext spark, Settings settings) throws TableException {
    TableFiles files = TableFiles.find(spark, settings);
    try {
      return new SparkTable(spark, settings, files).read();
    } catch (TableException | SettingException | CancellationException e) {
      throw e;
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare.
      throw TableFiles.unreadable(settings, e);
    }
  }

  /** A piece of a file, as Spark has cut it. */
  record Place(String file, long start) implements Comparable<Place>, Serializable {
    @Override
    public int compareTo(Place other) {
      return Comparator.comparing(Place::file).thenComparingLong(Place::start).compare(this, other);
    }
  }

  private BlockSource read() throws TableException {
    List<String> header =
        files.isParquet()
            ? List.of(reader().parquet(files.paths()).schema().fieldNames())
            : BlockTable.header(settings, files.header());
    BlockTable table = new BlockTable(settings, header);
    JavaRDD<Row> rows = rows().toJavaRDD();
    Form form =
        new Form(
            header.size(), files.isParquet() ? null : settings.table().delimiter().character());

    RowSurvey survey = table.survey();
    TreeMap<Place, RowSurvey> pieces = new TreeMap<>();
    rows.mapPartitions(piece -> surveyed(piece, survey, form))
        .collect()
        .forEach(found -> pieces.put(found._1(), found._2()));
    boolean drops = settings.table().missing() == Missing.DROP;
    RowSurvey all = survey.empty();
    TreeMap<Place, Long> before = new TreeMap<>();
    pieces.forEach(
        (place, found) -> {
          before.put(place, drops ? all.completeRows() : all.rows());
          all.merge(found);
        });
    RowReader reader = table.reader(all);
    int count = RawBlock.count((int) (drops ? all.completeRows() : all.rows()));
    return table.source(blocks(rows, reader, before, form, count), files.sums());
  }

  /** A file may be called as a pattern is. */
  private DataFrameReader reader() {
    return SparkSession.builder()
        .sparkContext(spark.sc())
        .getOrCreate()
        .read()
        .option(GLOB_PATHS, false);
  }

  /** The cells by column, or a line of text, then the file and the place. */
  private Dataset<Row> rows() {
    Dataset<Row> read =
        files.isParquet() ? reader().parquet(files.paths()) : reader().text(files.paths());
    String[] names =
        IntStream.range(0, read.columns().length).mapToObj(i -> "c" + i).toArray(String[]::new);
    Column[] columns =
        Stream.concat(
                Stream.of(names).map(functions::col),
                Stream.of(functions.input_file_name(), functions.expr("input_file_block_start()")))
            .toArray(Column[]::new);
    return read.toDF(names).select(columns);
  }

  /**
   * What Spark gives of a row.
   *
   * @param columns how many columns the table has
   * @param delimiter what parts the cells of a line of text; null if there are cells by column
   */
  record Form(int columns, Character delimiter) implements Serializable {
    Rows begin(Iterator<Row> rows) {
      return new Rows(this, rows);
    }
  }

  /** The rows of some pieces, one after the other. */
  static final class Rows {
    private final Form form;
    private final Iterator<Row> rows;
    private final CsvLine lines;
    private final Object[] cells;
    private Row row;
    private Place place;
    private boolean isHeader;

    private Rows(Form form, Iterator<Row> rows) {
      this.form = form;
      this.rows = rows;
      lines = form.delimiter() == null ? null : new CsvLine(form.delimiter());
      cells = new Object[form.columns()];
    }

    /** Goes to the next row, if there is one. Lines without any character are none. */
    boolean next() {
      while (rows.hasNext()) {
        row = rows.next();
        int last = row.length() - 1;
        Place here = new Place(row.getString(last - 1), row.getLong(last));
        if (!here.equals(place)) {
          place = here;
          isHeader = lines != null && here.start() == 0;
        }
        if (lines == null || !row.getString(0).isEmpty()) {
          if (!isHeader) {
            return true;
          }
          isHeader = false;
        }
      }
      return false;
    }

    /** The piece that the row is in. */
    Place place() {
      return place;
    }

    /** The cells of the row, or null if these are not as many as the table has columns. */
    Object[] cells() {
      if (lines != null) {
        return lines
            .cells(row.getString(0))
            .filter(found -> found.length == form.columns())
            .orElse(null);
      }
      Arrays.setAll(cells, row::get);
      return cells;
    }

    /** The row as a line of text. */
    String line() {
      return row.getString(0);
    }
  }

  /** Counts the rows of each piece. */
  private static Iterator<Tuple2<Place, RowSurvey>> surveyed(
      Iterator<Row> pieces, RowSurvey survey, Form form) {
    List<Tuple2<Place, RowSurvey>> counted = new ArrayList<>();
    Rows rows = form.begin(pieces);
    Place place = null;
    RowSurvey found = null;
    while (rows.next()) {
      if (!rows.place().equals(place)) {
        place = rows.place();
        found = survey.empty();
        counted.add(new Tuple2<>(place, found));
      }
      Object[] cells = rows.cells();
      if (cells == null) {
        found.addMalformed(rows.line());
      } else {
        found.add(cells);
      }
    }
    return counted.iterator();
  }

  private SparkBlocks<RawBlock> blocks(
      JavaRDD<Row> rows, RowReader reader, TreeMap<Place, Long> before, Form form, int count) {
    int run = run(count, spark.defaultParallelism());
    Broadcast<TreeMap<Place, Long>> sent = spark.broadcast(before);
    JavaPairRDD<Integer, RawBlock> parts =
        rows.mapPartitionsToPair(piece -> new Parts(form.begin(piece), reader, sent.value()));
    JavaRDD<RawBlock> blocks =
        parts
            .partitionBy(new Runs(run, (count - 1) / run + 1))
            .values()
            .mapPartitions(SparkTable::joined);
    return new SparkBlocks<>(spark, Placed.evenly(blocks));
  }

  /**
   * How many blocks a task takes, a power of two: those with which a pass takes the shortest time,
   * if what a task costs beside its blocks is what one block costs.
   *
   * @param count how many blocks there are
   */
  static int run(int count, int cores) {
    int best = 1;
    long shortest = Long.MAX_VALUE;
    for (int run = 1; run / 2 < count; run *= 2) {
      int tasks = (count - 1) / run + 1;
      long time = ((tasks - 1L) / cores + 1) * (run + 1L);
      if (time < shortest) {
        shortest = time;
        best = run;
      }
    }
    return best;
  }

  /** Puts runs of neighbouring blocks together. */
  static final class Runs extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int length;
    private final int count;

    Runs(int length, int count) {
      this.length = length;
      this.count = count;
    }

    @Override
    public int numPartitions() {
      return count;
    }

    @Override
    public int getPartition(Object block) {
      return (Integer) block / length;
    }
  }

  /** The parts of blocks that are in some pieces, as they come. */
  private static final class Parts implements Iterator<Tuple2<Integer, RawBlock>> {
    private final Rows rows;
    private final RowReader reader;
    private final RowReader.Rows cellsReader;
    private final TreeMap<Place, Long> before;
    private Place place;
    private int number;
    private double[] part;
    private int first;
    private int length;
    private Tuple2<Integer, RawBlock> next;

    Parts(Rows rows, RowReader reader, TreeMap<Place, Long> before) {
      this.rows = rows;
      this.reader = reader;
      this.before = before;
      cellsReader = reader.begin();
    }

    @Override
    public boolean hasNext() {
      while (next == null && rows.next()) {
        take();
      }
      if (next == null) {
        next = cut();
      }
      return next != null;
    }

    @Override
    public Tuple2<Integer, RawBlock> next() {
      hasNext();
      Tuple2<Integer, RawBlock> given = next;
      next = null;
      return given;
    }

    private void take() {
      Place here = rows.place();
      if (!here.equals(place)) {
        next = cut();
        place = here;
        number = Math.toIntExact(before.get(here));
      }
      int width = reader.wanted();
      if (part == null) {
        part = new double[RawBlock.ROWS * width];
      }
      Object[] cells = rows.cells();
      if (cells == null) {
        throw new IllegalStateException("The table has changed while it was read");
      }
      if (!cellsReader.read(cells, part, length * width)) {
        return;
      }
      if (length == 0) {
        first = number;
      }
      length++;
      number++;
      if (number % RawBlock.ROWS == 0) {
        next = cut();
      }
    }

    /** What there is of a block, or null. */
    private Tuple2<Integer, RawBlock> cut() {
      if (length == 0) {
        return null;
      }
      int width = reader.wanted();
      RawBlock block = new RawBlock(first, width, Arrays.copyOf(part, length * width));
      length = 0;
      return new Tuple2<>(first / RawBlock.ROWS, block);
    }
  }

  /** Makes whole blocks of their parts, which come in any order. */
  private static Iterator<RawBlock> joined(Iterator<RawBlock> parts) {
    List<RawBlock> sorted = new ArrayList<>();
    parts.forEachRemaining(sorted::add);
    sorted.sort(Comparator.comparingInt(RawBlock::first));
    List<RawBlock> blocks = new ArrayList<>();
    int from = 0;
    while (from < sorted.size()) {
      int block = sorted.get(from).first() / RawBlock.ROWS;
      int to = from;
      int length = 0;
      while (to < sorted.size() && sorted.get(to).first() / RawBlock.ROWS == block) {
        length += sorted.get(to).values().length;
        to++;
      }
      double[] values = new double[length];
      int at = 0;
      for (RawBlock part : sorted.subList(from, to)) {
        System.arraycopy(part.values(), 0, values, at, part.values().length);
        at += part.values().length;
      }
      blocks.add(new RawBlock(sorted.get(from).first(), sorted.get(from).columns(), values));
      from = to;
    }
    return blocks.iterator();
  }
}
