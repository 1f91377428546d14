package io.github.batchnormlab.data;

import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A table whose rows stay in blocks, wherever these are: each replica's split and preparation are
 * those of a table in memory but for rounding, and come from work on the blocks.
 *
 * <p>Which row is for what is drawn here, by the number of the row in the table, as for a table in
 * memory. The order of the rows within a part is that of the table: it has no effect on a full
 * batch but for rounding.
 */
public final class BlockSource extends FoundSource {
  /** So many rows of each part are looked at one by one, where the study is. */
  private static final int ROWS_OF_SAMPLE = 1_000;

  /** What the table is called, for messages. */
  private final String file;

  private final BlockSet<RawBlock> blocks;
  private final int rows;
  private final TargetColumns targets;
  private final SplitRule rule;
  private final boolean standardize;

  BlockSource(
      String file,
      BlockSet<RawBlock> blocks,
      int rows,
      TargetColumns targets,
      SplitRule rule,
      boolean standardize,
      DataFacts facts) {
    super(facts);
    this.file = file;
    this.blocks = blocks;
    this.rows = rows;
    this.targets = targets;
    this.rule = rule;
    this.standardize = standardize;
  }

  /**
   * Cuts a table in memory into blocks.
   *
   * @throws TableException if it has what blocks do not take
   */
  static BlockSource of(RawTable table, SplitRule rule, boolean standardize, DataFacts facts)
      throws TableException {
    List<double[]> columns = new ArrayList<>();
    for (Column column : table.features()) {
      if (!(column instanceof Column.Numbers numbers)) {
        throw noCategories(table.file().path(), column.name());
      }
      columns.add(numbers.values());
    }
    int features = columns.size();
    TargetColumns targets = TargetColumns.of(table);
    List<RawBlock> blocks = new ArrayList<>();
    int width = features + targets.names().size();
    for (int from = 0; from < table.rows(); from += RawBlock.ROWS) {
      int count = Math.min(RawBlock.ROWS, table.rows() - from);
      double[] values = new double[count * width];
      int[] rows = IntStream.range(from, from + count).toArray();
      double[] ofTargets = targets.values(table.targets(), rows);
      for (int row = 0; row < count; row++) {
        for (int j = 0; j < features; j++) {
          values[row * width + j] = columns.get(j)[from + row];
        }
        System.arraycopy(
            ofTargets, row * (width - features), values, row * width + features, width - features);
      }
      blocks.add(new RawBlock(from, width, values));
    }
    return new BlockSource(
        table.file().name(),
        new LocalBlocks<>(blocks),
        table.rows(),
        targets,
        rule,
        standardize,
        facts);
  }

  static TableException noCategories(Path file, String column) {
    return TableException.of(
        file,
        column,
        "it holds text, and categories are not yet taken with rows in blocks; encode them as numbers"
            + " first, or leave the column out with --ignore");
  }

  /** {@return a sample of the rows of a replica, with all of them in their blocks} */
  @Override
  public Prepared rows(int seed) throws TableException {
    NumberStream numbers = new NumberStream(seed);
    int[] order = numbers.permutation(rows);
    int begin = Preparation.shared(file, rows, rule);
    BitSet test = set(order, 0, testRows());
    BitSet train = set(order, begin, trainRows());
    int[] sampleOfTrain = sample(order, begin, trainRows());
    int[] sampleOfTest = sample(order, 0, testRows());
    RowPick.Rows picked = blocks.reduce(RowPick.of(sampleOfTrain, sampleOfTest));
    double[] origin = picked.row(sampleOfTrain[0]);
    RowMoments ofTrain = blocks.reduce(new RawMoments(train, origin));
    Preprocessing preprocessing = preprocessing(ofTrain);
    RowPreparation preparation = new RowPreparation(preprocessing, train, test);
    BlockSet<RowBlock> prepared = blocks.map(preparation);
    try {
      Split sample =
          new Split(
              preparation.table(picked, sampleOfTrain), preparation.table(picked, sampleOfTest));
      PreparedMoments.Found found =
          prepared.reduce(PreparedMoments.about(sample.train(), sample.test()));
      if (found.notFinite() != PreparedMoments.ALL_FINITE) {
        throw TableException.of(
            file, column(found.notFinite()), "a number in it " + Preprocessing.TOO_LARGE);
      }
      double[] squares = new double[targets.names().size()];
      Arrays.setAll(squares, found.testTargets()::squares);
      BlockedRows all =
          new BlockedRows(prepared, trainRows(), testRows(), found.features(), squares);
      return new Prepared(sample, preprocessing, numbers, List.of(), Optional.of(all));
    } catch (TableException | RuntimeException | Error e) {
      prepared.close();
      throw e;
    }
  }

  private static BitSet set(int[] order, int from, int count) {
    BitSet rows = new BitSet(order.length);
    for (int i = from; i < from + count; i++) {
      rows.set(order[i]);
    }
    return rows;
  }

  private static int[] sample(int[] order, int from, int count) {
    return Arrays.copyOfRange(order, from, from + Math.min(count, ROWS_OF_SAMPLE));
  }

  private Preprocessing preprocessing(RowMoments ofTrain) throws TableException {
    int features = inputs();
    Scaling all = Scaling.of(ofTrain);
    Scaling ofFeatures = standardize ? all.columns(0, features) : Scaling.none(features);
    int outputs = targets.names().size();
    boolean scaleTargets = standardize && task() == Task.REGRESSION;
    Scaling ofTargets =
        scaleTargets ? all.columns(features, features + outputs) : Scaling.none(outputs);
    int wrong = ofFeatures.firstNotFinite();
    int wrongTarget = ofTargets.firstNotFinite();
    if (wrong >= 0 || wrongTarget >= 0) {
      throw Fit.notFinite(file, column(wrong >= 0 ? wrong : features + wrongTarget));
    }
    return new Preprocessing(
        facts.features().stream()
            .<FeatureColumn>map(column -> new FeatureColumn.Numbers(column.name(), null))
            .toList(),
        ofFeatures,
        targets,
        ofTargets,
        standardize);
  }

  /** The name of a column, features first. */
  private String column(int index) {
    return facts.columns().get(index).name();
  }

  @Override
  public void close() {
    blocks.close();
  }
}
