package io.github.batchnormlab.spark;

import io.github.batchnormlab.data.BlockSource;
import io.github.batchnormlab.data.BlockTable;
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
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * A table that Spark reads, cut into blocks by the numbers of its rows.
 *
 * <p>Spark cuts files where it likes and puts the largest pieces first. So the pieces are counted,
 * sorted by file and place, and each row has its number from the rows before its piece; then the
 * rows go to their blocks, once. The cells come as texts, so that they mean what they mean to the
 * application's own reader.
 */
final class SparkTable {

  /** Spark's name for what it makes of a row that has another number of cells. */
  private static final String MALFORMED = "malformed";

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
            ? List.of(session().read().parquet(files.paths()).schema().fieldNames())
            : BlockTable.header(settings, files.header());
    BlockTable table = new BlockTable(settings, header);
    JavaRDD<Row> rows = rows(header).toJavaRDD();
    int columns = header.size();
    boolean isCsv = !files.isParquet();

    RowSurvey survey = table.survey();
    TreeMap<Place, RowSurvey> pieces = new TreeMap<>();
    rows.mapPartitions(piece -> surveyed(piece, survey, columns, isCsv))
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
    return table.source(blocks(rows, reader, before, columns, count), files.sums());
  }

  private SparkSession session() {
    return SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
  }

  /** The cells by column, then what Spark says of a bad row, then the file and the place. */
  private Dataset<Row> rows(List<String> header) {
    List<String> names = IntStream.range(0, header.size()).mapToObj(i -> "c" + i).toList();
    DataFrameReader reader = session().read();
    Dataset<Row> read;
    List<Column> columns = new ArrayList<>();
    if (files.isParquet()) {
      read = reader.parquet(files.paths()).toDF(names.toArray(String[]::new));
      names.forEach(name -> columns.add(functions.col(name)));
      columns.add(functions.lit(null).cast(DataTypes.StringType));
    } else {
      StructType schema = new StructType();
      for (String name : names) {
        schema = schema.add(name, DataTypes.StringType);
      }
      schema = schema.add(MALFORMED, DataTypes.StringType);
      read =
          reader
              .schema(schema)
              .option("header", true)
              .option("sep", String.valueOf(settings.table().delimiter().character()))
              .option("escape", "\"")
              .option("mode", "PERMISSIVE")
              .option("columnNameOfCorruptRecord", MALFORMED)
              .csv(files.paths());
      names.forEach(name -> columns.add(functions.col(name)));
      columns.add(functions.col(MALFORMED));
    }
    columns.add(functions.input_file_name());
    columns.add(functions.expr("input_file_block_start()"));
    return read.select(columns.toArray(Column[]::new));
  }

  private static Place place(Row row, int columns) {
    return new Place(row.getString(columns + 1), row.getLong(columns + 2));
  }

  /** Counts the rows of each piece. */
  private static Iterator<Tuple2<Place, RowSurvey>> surveyed(
      Iterator<Row> rows, RowSurvey survey, int columns, boolean isCsv) {
    List<Tuple2<Place, RowSurvey>> pieces = new ArrayList<>();
    Place place = null;
    RowSurvey found = null;
    Object[] cells = new Object[columns];
    while (rows.hasNext()) {
      Row row = rows.next();
      Place here = place(row, columns);
      if (!here.equals(place)) {
        place = here;
        found = survey.empty();
        pieces.add(new Tuple2<>(place, found));
      }
      if (isCsv && !row.isNullAt(columns)) {
        found.addMalformed(row.getString(columns));
        continue;
      }
      Arrays.setAll(cells, row::get);
      found.add(cells);
    }
    return pieces.iterator();
  }

  private SparkBlocks<RawBlock> blocks(
      JavaRDD<Row> rows, RowReader reader, TreeMap<Place, Long> before, int columns, int count) {
    int run = run(count, spark.defaultParallelism());
    Broadcast<TreeMap<Place, Long>> sent = spark.broadcast(before);
    JavaPairRDD<Integer, RawBlock> parts =
        rows.mapPartitionsToPair(piece -> new Parts(piece, reader, sent.value(), columns));
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
    private final Iterator<Row> rows;
    private final RowReader reader;
    private final RowReader.Rows cellsReader;
    private final TreeMap<Place, Long> before;
    private final int columns;
    private final Object[] cells;
    private Place place;
    private int number;
    private double[] part;
    private int first;
    private int length;
    private Tuple2<Integer, RawBlock> next;

    Parts(Iterator<Row> rows, RowReader reader, TreeMap<Place, Long> before, int columns) {
      this.rows = rows;
      this.reader = reader;
      this.before = before;
      this.columns = columns;
      cellsReader = reader.begin();
      cells = new Object[columns];
    }

    @Override
    public boolean hasNext() {
      while (next == null && rows.hasNext()) {
        take(rows.next());
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

    private void take(Row row) {
      Place here = place(row, columns);
      if (!here.equals(place)) {
        next = cut();
        place = here;
        number = Math.toIntExact(before.get(here));
      }
      int width = reader.wanted();
      if (part == null) {
        part = new double[RawBlock.ROWS * width];
      }
      Arrays.setAll(cells, row::get);
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
