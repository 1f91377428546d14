package io.github.batchnormlab.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.engine.Constants;
import io.github.batchnormlab.study.Settings;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * DJL's own batch normalization. It has statistics along one axis, so the units of all replicas
 * stand side by side on it. Its variance divides by n.
 */
final class DjlBatchNorm implements Normalization {
  private static final int[] ROWS = {1};

  private final BatchNorm norm;
  private final Block block;
  private final float epsilon;
  private final Shape perUnit;

  DjlBatchNorm(int units, Settings.Net net, int replicas) {
    epsilon = (float) net.epsilon();
    norm = BatchNorm.builder().optMomentum((float) net.lambda()).optEpsilon(epsilon).build();
    block =
        replicas == 0
            ? norm
            : new SequentialBlock()
                .add(
                    lambda(
                        "ReplicasToUnits",
                        z -> z.transpose(1, 0, 2).reshape(-1, replicas * (long) units)))
                .add(norm)
                .add(
                    lambda(
                        "UnitsToReplicas", z -> z.reshape(-1, replicas, units).transpose(1, 0, 2)));
    perUnit = new Shape(replicas, 1, units);
  }

  private static Block lambda(String name, UnaryOperator<NDArray> function) {
    return new LambdaBlock(in -> new NDList(function.apply(in.singletonOrThrow())), name);
  }

  @Override
  public Block block() {
    return block;
  }

  @Override
  public boolean needsWholeBatch() {
    return true;
  }

  @Override
  public boolean isByKernel() {
    return true;
  }

  @Override
  public Optional<NDList> factorAndOffset(ParameterStore parameterStore, NDArray z) {
    NDArray mean = z.mean(ROWS, true);
    NDArray variance = z.sub(mean).square().mean(ROWS, true);
    NDArray std = variance.add(Constants.create(z.getManager(), epsilon)).sqrt();
    NDArray factor = value(Parameter.Type.GAMMA, parameterStore, z).div(std);
    NDArray offset = value(Parameter.Type.BETA, parameterStore, z).sub(mean.mul(factor));
    return Optional.of(new NDList(factor, offset));
  }

  private NDArray value(Parameter.Type type, ParameterStore parameterStore, NDArray z) {
    Parameter parameter =
        norm.getDirectParameters().values().stream()
            .filter(candidate -> candidate.getType() == type)
            .findFirst()
            .orElseThrow();
    return parameterStore.getValue(parameter, z.getDevice(), true).reshape(perUnit);
  }
}
