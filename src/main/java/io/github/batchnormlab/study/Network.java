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

  /** The arm's network, not initialized yet: for loading saved parameters, or for training. */
  public static Block create(Arm arm, Settings settings) {
    return create(arm, settings, 1);
  }

  private static SequentialBlock create(Arm arm, Settings settings, int replicas) {
    SequentialBlock network = new SequentialBlock();
    network.add(
        Linear.builder()
            .setUnits(settings.hidden())
            .optBias(settings.bias())
            .optReplicas(replicas)
            .build());
    switch (arm) {
      case NONE -> {}
      case BATCH_NORM -> network.add(batchNorm(settings, replicas, false));
      case BATCH_NORM_POPULATION -> network.add(batchNorm(settings, replicas, true));
      case DJL_BATCH_NORM -> addDjlBatchNorm(network, settings, replicas);
    }
    return network
        .add(Activation.tanhBlock())
        .add(Linear.builder().setUnits(OUTPUTS).optReplicas(replicas).build());
  }

  private static Block batchNorm(Settings settings, int replicas, boolean populationVariance) {
    return BatchNorm.builder()
        .optLambda(settings.lambda())
        .optEpsilon(settings.epsilon())
        .optPopulationVariance(populationVariance)
        .optReplicas(replicas)
        .build();
  }

  /** DJL's layer normalizes axis 1 only, so the replicas' units stand side by side on that axis. */
  private static void addDjlBatchNorm(SequentialBlock network, Settings settings, int replicas) {
    int hidden = settings.hidden();
    network
        .add(
            new LambdaBlock(
                in -> map(in, z -> z.transpose(1, 0, 2).reshape(-1, replicas * (long) hidden)),
                "ReplicasToUnits"))
        .add(
            ai.djl.nn.norm.BatchNorm.builder()
                .optMomentum((float) settings.lambda())
                .optEpsilon((float) settings.epsilon())
                .build())
        .add(
            new LambdaBlock(
                in -> map(in, z -> z.reshape(-1, replicas, hidden).transpose(1, 0, 2)),
                "UnitsToReplicas"));
  }

  private static NDList map(NDList in, java.util.function.UnaryOperator<NDArray> function) {
    return new NDList(function.apply(in.singletonOrThrow()));
  }

  /** The arm's network with initializers that set the given weights. */
  static Block create(Arm arm, Settings settings, InitialWeights weights) {
    SequentialBlock network = create(arm, settings, 1);
    Block first = network.getChildren().get(0).getValue();
    Block last = network.getChildren().get(network.getChildren().size() - 1).getValue();
    first.setInitializer(InitialWeights.of(weights.weight1()), "weight");
    if (settings.bias()) {
      first.setInitializer(InitialWeights.of(weights.bias1()), "bias");
    }
    last.setInitializer(InitialWeights.of(weights.weight2()), "weight");
    last.setInitializer(InitialWeights.of(weights.bias2()), "bias");
    return network;
  }

  /** The shape of the input. */
  static Shape inputShape(int samples) {
    return new Shape(1, samples, INPUTS);
  }
}
