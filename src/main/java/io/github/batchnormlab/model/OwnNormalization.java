package io.github.batchnormlab.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * A user's block, which knows nothing of the axis of replicas: here it is one, and is taken off.
 */
final class OwnNormalization implements Normalization {
  private final Block own;
  private final Block block;

  /**
   * @param hasReplicas whether there is such an axis
   */
  OwnNormalization(Block own, boolean hasReplicas) {
    this.own = own;
    block = hasReplicas ? new WithoutReplicas(own) : own;
  }

  /** The user's block itself. */
  Block own() {
    return own;
  }

  @Override
  public Block block() {
    return block;
  }

  /** Nobody knows what it does with the rows. */
  @Override
  public boolean needsWholeBatch() {
    return true;
  }

  @Override
  public boolean cancelsBias() {
    return false;
  }

  private static final class WithoutReplicas extends AbstractBlock {
    private static final byte VERSION = 1;

    private final Block own;

    WithoutReplicas(Block own) {
      super(VERSION);
      this.own = addChildBlock("own", own);
    }

    private static Shape inside(Shape shape) {
      return shape.slice(1);
    }

    @Override
    protected void initializeChildBlocks(
        NDManager manager, DataType dataType, Shape... inputShapes) {
      own.initialize(manager, dataType, inside(inputShapes[0]));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return new Shape[] {inputShapes[0]};
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore parameterStore,
        NDList inputs,
        boolean training,
        PairList<String, Object> params) {
      NDArray x = inputs.singletonOrThrow();
      NDArray rows = x.reshape(inside(x.getShape()));
      NDArray y = own.forward(parameterStore, new NDList(rows), training).singletonOrThrow();
      if (!y.getShape().equals(rows.getShape())) {
        throw new IllegalArgumentException(
            "The block " + own + " makes " + y.getShape() + " of " + rows.getShape());
      }
      return new NDList(y.reshape(x.getShape()));
    }
  }
}
