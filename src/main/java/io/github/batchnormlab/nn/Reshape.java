package io.github.batchnormlab.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Gives an array another shape of the same values, such as images of rows of pixels, and rows of
 * feature maps. It has no parameters.
 *
 * <p>One axis of the new shape may be -1: it has what the others leave.
 */
public final class Reshape extends AbstractBlock {
  private static final byte VERSION = 1;

  private final Shape shape;

  /**
   * @param shape the shape of the output, such as (-1, 1, 28, 28)
   */
  public Reshape(Shape shape) {
    super(VERSION);
    this.shape = shape;
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    long known = 1;
    for (long length : shape.getShape()) {
      known *= length < 0 ? 1 : length;
    }
    long[] lengths = shape.getShape().clone();
    for (int axis = 0; axis < lengths.length; axis++) {
      lengths[axis] = lengths[axis] < 0 ? inputShapes[0].size() / known : lengths[axis];
    }
    return new Shape[] {new Shape(lengths)};
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> params) {
    NDArray x = inputs.singletonOrThrow();
    return new NDList(x.reshape(shape));
  }

  @Override
  public String toString() {
    return "Reshape" + shape;
  }
}
