package io.github.batchnormlab.study;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.Linear;
import io.github.batchnormlab.nn.LinearBatchNorm;
import io.github.batchnormlab.nn.TanhPerceptron;
import java.util.function.UnaryOperator;

/**
 * The perceptron of the study: linear, normalization or none, tanh, linear.
 *
 * <p>All arrays have a leading axis of replicas: the input is (replicas, batch, 3) and so is the
 * output.
 */
public final class Network {
  /** r, g and b. */
  public static final int INPUTS = 3;

  /** x, y and lv. */
  public static final int OUTPUTS = 3;

  private Network() {}

  /**
   * The arm's network for one replica, not initialized: saved parameters can be loaded into it.
   *
   * @return a {@link TanhPerceptron} for the arms that have a fast path, else a {@link
   *     SequentialBlock}
   */
  public static Block create(Arm arm, Settings settings) {
    return new Builder(settings, 1).create(arm);
  }

  /** The arm's network for so many replicas, to be initialized to the given weights. */
  static Block create(Arm arm, Settings settings, int replicas, InitialWeights weights) {
    Builder builder = new Builder(settings, replicas);
    Block network = builder.create(arm);
    Linear linear = builder.linear;
    Linear output = builder.output;
    Block first = network instanceof TanhPerceptron perceptron ? perceptron.hidden() : linear;
    first.setInitializer(InitialWeights.of(weights.weight1()), "weight");
    if (settings.bias()) {
      first.setInitializer(InitialWeights.of(weights.bias1()), "bias");
    }
    output.setInitializer(InitialWeights.of(weights.weight2()), "weight");
    output.setInitializer(InitialWeights.of(weights.bias2()), "bias");
    return network;
  }

  /**
   * A network that computes what the arm's does in training, folded into two matrix products. Its
   * parameters are the arm's, in the same order and with as many values.
   */
  static TanhPerceptron folded(Arm arm, Settings settings, int replicas) {
    return new Builder(settings, replicas).folded(arm);
  }

  /** The layers that a network is put together from. */
  private static final class Builder {
    private final Settings settings;
    private final int replicas;
    private final Linear linear;
    private final Linear output;

    Builder(Settings settings, int replicas) {
      this.settings = settings;
      this.replicas = replicas;
      linear =
          Linear.builder()
              .setUnits(settings.hidden())
              .optBias(settings.bias())
              .optReplicas(replicas)
              .build();
      output = Linear.builder().setUnits(OUTPUTS).optReplicas(replicas).build();
    }

    Block create(Arm arm) {
      return switch (arm) {
        case NONE, BATCH_NORM, BATCH_NORM_POPULATION -> folded(arm);
        case BATCH_NORM_PLAIN -> sequence(batchNorm());
        case DJL_BATCH_NORM -> sequence(djlBatchNorm());
      };
    }

    TanhPerceptron folded(Arm arm) {
      return switch (arm) {
        case NONE -> new TanhPerceptron(linear, output);
        case BATCH_NORM, BATCH_NORM_PLAIN -> new TanhPerceptron(linearBatchNorm(false), output);
        case BATCH_NORM_POPULATION, DJL_BATCH_NORM ->
            new TanhPerceptron(linearBatchNorm(true), output);
      };
    }

    private Block sequence(Block normalization) {
      return new SequentialBlock()
          .add(linear)
          .add(normalization)
          .add(Activation.tanhBlock())
          .add(output);
    }

    private LinearBatchNorm linearBatchNorm(boolean populationVariance) {
      return LinearBatchNorm.builder()
          .setUnits(settings.hidden())
          .optBias(settings.bias())
          .optReplicas(replicas)
          .optLambda(settings.lambda())
          .optEpsilon(settings.epsilon())
          .optPopulationVariance(populationVariance)
          .build();
    }

    private BatchNorm batchNorm() {
      return BatchNorm.builder()
          .optLambda(settings.lambda())
          .optEpsilon(settings.epsilon())
          .optReplicas(replicas)
          .build();
    }

    /** DJL's layer normalizes axis 1 only, so replicas' units stand side by side on that axis. */
    private Block djlBatchNorm() {
      int hidden = settings.hidden();
      return new SequentialBlock()
          .add(
              lambda(
                  "ReplicasToUnits",
                  z -> z.transpose(1, 0, 2).reshape(-1, replicas * (long) hidden)))
          .add(
              ai.djl.nn.norm.BatchNorm.builder()
                  .optMomentum((float) settings.lambda())
                  .optEpsilon((float) settings.epsilon())
                  .build())
          .add(lambda("UnitsToReplicas", z -> z.reshape(-1, replicas, hidden).transpose(1, 0, 2)));
    }

    private static Block lambda(String name, UnaryOperator<NDArray> function) {
      return new LambdaBlock(in -> new NDList(function.apply(in.singletonOrThrow())), name);
    }
  }

  /** The shape of the input. */
  static Shape inputShape(int replicas, long samples) {
    return new Shape(replicas, samples, INPUTS);
  }
}
