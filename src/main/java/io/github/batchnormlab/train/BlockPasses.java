package io.github.batchnormlab.train;

import ai.djl.nn.Parameter;
import ai.djl.pytorch.jni.JniUtils;
import io.github.batchnormlab.data.BlockedRows;
import io.github.batchnormlab.model.Sizes;
import io.github.batchnormlab.model.SynchronizedGradient;
import io.github.batchnormlab.model.SynchronizedGradient.Known;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Passes over rows that stay in blocks, perhaps on other machines. The weights go to the blocks,
 * the sums of their losses and gradients come back, and the optimizer makes its step here.
 *
 * <p>The gradient of the next epoch is that of the weights which the test rows are evaluated with:
 * one pass finds both. Where batch normalization needs the statistics of more than the features,
 * the gradient is found in stages, each of which is a pass.
 */
final class BlockPasses implements Passes {
  private final BlockedRows rows;
  private final BlockNetwork.Plan plan;
  private final ExactTrainer trainer;

  /** The gradient in stages, or null where one pass finds it. */
  private final SynchronizedGradient synchronization;

  /** The loss and the gradient of the weights as they are, if they have been found. */
  private double[] next;

  BlockPasses(
      BlockedRows rows, Settings settings, Arm arm, Sizes sizes, Task task, ExactTrainer trainer) {
    this.rows = rows;
    this.trainer = trainer;
    synchronization = trainer.synchronization().orElse(null);
    plan =
        new BlockNetwork.Plan(
            new BlockNetwork.Kind(
                new HashMap<>(settings.texts()), arm.id(), sizes.inputs(), sizes.outputs(), task),
            rows.trainRows(),
            rows.features());
    JniUtils.setNumThreads(1); // Here as there, wherever there is.
  }

  @Override
  public int trainRows() {
    return rows.trainRows();
  }

  @Override
  public int testRows() {
    return rows.testRows();
  }

  @Override
  public double[] train() {
    if (synchronization != null) {
      return new double[] {trainInStages()};
    }
    double[] found = next == null ? pass(true, false) : next;
    next = null;
    trainer.step(Arrays.copyOfRange(found, 1, found.length), rows.features());
    return new double[] {found[0]};
  }

  /** The stages of {@link SynchronizedGradient}, each of which is a pass over all rows. */
  private double trainInStages() {
    HashMap<String, double[]> values = trainer.parameters();
    Known known = Known.nothing();
    for (int layer = 0; layer < synchronization.layers(); layer++) {
      known = known.with(rows.blocks().reduce(new BlockMoments(plan, values, known)));
    }
    Map<Parameter, double[]> gradients = new HashMap<>();
    double loss = 0;
    for (int stage = 0; stage <= synchronization.layers(); stage++) {
      double[] found = rows.blocks().reduce(new BlockStage(plan, values, known));
      loss = found[0];
      int from = 1;
      for (Parameter parameter : synchronization.found(stage)) {
        int to = from + (int) parameter.getShape().size();
        gradients.put(parameter, Arrays.copyOfRange(found, from, to));
        from = to;
      }
      if (stage < synchronization.layers()) {
        int units = known.units().get(synchronization.layers() - 1 - stage).means().length;
        known = known.with(Arrays.copyOfRange(found, found.length - 2 * units, found.length));
      }
    }
    trainer.step(gradients, known);
    return loss;
  }

  private double[] pass(boolean differentiates, boolean evaluates) {
    return rows.blocks()
        .reduce(new BlockStep(plan, trainer.parameters(), differentiates, evaluates));
  }

  @Override
  public Evaluation test(boolean goesOn) {
    boolean findsNext = goesOn && synchronization == null;
    double[] found = pass(findsNext, true);
    int at = found.length - 1 - plan.kind().scores();
    next = findsNext ? Arrays.copyOf(found, at) : null;
    return new Evaluation(
        new double[] {found[at]}, Arrays.copyOfRange(found, at + 1, found.length));
  }

  @Override
  public int[][] confusion(int classes) {
    return rows.blocks().reduce(new BlockConfusion(plan, trainer.parameters()));
  }

  @Override
  public void save(Map<String, double[]> values) {
    // A full batch has no order.
  }

  @Override
  public void restore(Map<String, double[]> values) {
    next = null;
  }
}
