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

  private static final int REPLICAS = 1;

  private Network() {}

  /**
   * The arm's network, not initialized: saved parameters can be loaded into it.
   *
   * @return a {@link TanhPerceptron} for the arms that have a fast path, else a {@link
   *     SequentialBlock}
   */
  public static Block create(Arm arm, Settings settings) {
    return create(arm, settings, linear(settings), outputLayer());
  }

  /** The arm's network, to be initialized to the given weights. */
  static Block create(Arm arm, Settings settings, InitialWeights weights) {
    Linear linear = linear(settings);
    Linear output = outputLayer();
    Block network = create(arm, settings, linear, output);
    Block first = network instanceof TanhPerceptron perceptron ? perceptron.hidden() : linear;
    first.setInitializer(InitialWeights.of(weights.weight1()), "weight");
    if (settings.bias()) {
      first.setInitializer(InitialWeights.of(weights.bias1()), "bias");
    }
    output.setInitializer(InitialWeights.of(weights.weight2()), "weight");
    output.setInitializer(InitialWeights.of(weights.bias2()), "bias");
    return network;
  }

  private static Block create(Arm arm, Settings settings, Linear linear, Linear output) {
    return switch (arm) {
      case NONE -> new TanhPerceptron(linear, output);
      case BATCH_NORM -> new TanhPerceptron(linearBatchNorm(settings, false), output);
      case BATCH_NORM_POPULATION -> new TanhPerceptron(linearBatchNorm(settings, true), output);
      case BATCH_NORM_PLAIN ->
          new SequentialBlock()
              .add(linear)
              .add(batchNorm(settings))
              .add(Activation.tanhBlock())
              .add(output);
      case DJL_BATCH_NORM ->
          new SequentialBlock()
              .add(linear)
              .add(djlBatchNorm(settings))
              .add(Activation.tanhBlock())
              .add(output);
    };
  }

  private static Linear linear(Settings settings) {
    return Linear.builder()
        .setUnits(settings.hidden())
        .optBias(settings.bias())
        .optReplicas(REPLICAS)
        .build();
  }

  private static Linear outputLayer() {
    return Linear.builder().setUnits(OUTPUTS).optReplicas(REPLICAS).build();
  }

  private static LinearBatchNorm linearBatchNorm(Settings settings, boolean populationVariance) {
    return LinearBatchNorm.builder()
        .setUnits(settings.hidden())
        .optBias(settings.bias())
        .optReplicas(REPLICAS)
        .optLambda(settings.lambda())
        .optEpsilon(settings.epsilon())
        .optPopulationVariance(populationVariance)
        .build();
  }

  private static BatchNorm batchNorm(Settings settings) {
    return BatchNorm.builder()
        .optLambda(settings.lambda())
        .optEpsilon(settings.epsilon())
        .optReplicas(REPLICAS)
        .build();
  }

  /** DJL's layer normalizes axis 1 only, so the replicas' units stand side by side on that axis. */
  private static Block djlBatchNorm(Settings settings) {
    int hidden = settings.hidden();
    return new SequentialBlock()
        .add(
            lambda(
                "ReplicasToUnits", z -> z.transpose(1, 0, 2).reshape(-1, REPLICAS * (long) hidden)))
        .add(
            ai.djl.nn.norm.BatchNorm.builder()
                .optMomentum((float) settings.lambda())
                .optEpsilon((float) settings.epsilon())
                .build())
        .add(lambda("UnitsToReplicas", z -> z.reshape(-1, REPLICAS, hidden).transpose(1, 0, 2)));
  }

  private static Block lambda(String name, UnaryOperator<NDArray> function) {
    return new LambdaBlock(in -> new NDList(function.apply(in.singletonOrThrow())), name);
  }

  /** The shape of the input. */
  static Shape inputShape(long samples) {
    return new Shape(REPLICAS, samples, INPUTS);
  }
}
