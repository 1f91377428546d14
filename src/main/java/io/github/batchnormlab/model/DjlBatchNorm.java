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

  /** Axes of feature maps: batch, channels, height and width. */
  private static final int MAPS = 4;

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
    if (z.getShape().dimension() == MAPS) {
      return factorAndOffset(
          parameterStore, z, perChannel(z), new Shape(1, z.getShape().get(1), 1, 1));
    }
    return factorAndOffset(parameterStore, z, z, perUnit);
  }

  /** The values of each channel of feature maps in a column. */
  private static NDArray perChannel(NDArray z) {
    return z.transpose(0, 2, 3, 1).reshape(1, -1, z.getShape().get(1));
  }

  /**
   * @param columns (replicas, values, units)
   */
  private Optional<NDList> factorAndOffset(
      ParameterStore parameterStore, NDArray z, NDArray columns, Shape shape) {
    NDArray mean = columns.mean(ROWS, true);
    NDArray variance = columns.sub(mean).square().mean(ROWS, true);
    NDArray std = variance.add(Constants.create(z.getManager(), epsilon)).sqrt();
    NDArray factor = value(Parameter.Type.GAMMA, parameterStore, z, shape).div(std.reshape(shape));
    NDArray offset =
        value(Parameter.Type.BETA, parameterStore, z, shape).sub(mean.reshape(shape).mul(factor));
    return Optional.of(new NDList(factor, offset));
  }

  private NDArray value(
      Parameter.Type type, ParameterStore parameterStore, NDArray z, Shape shape) {
    Parameter parameter =
        norm.getDirectParameters().values().stream()
            .filter(candidate -> candidate.getType() == type)
            .findFirst()
            .orElseThrow();
    return parameterStore.getValue(parameter, z.getDevice(), true).reshape(shape);
  }
}
