package io.github.batchnormlab.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * An affine layer, tanh and a linear layer, in three passes over the hidden units.
 *
 * <p>PyTorch's logistic function is several times faster than its tanh, and tanh(z) = 2 σ(2z) - 1.
 * Both twos and the one vanish in the weights of the neighbours:
 *
 * <pre>
 * tanh(x W' + b') V + c = σ([x 1] · 2 [W'; b']) · 2V + (c - Σ V)
 * </pre>
 *
 * <p>where Σ sums the rows of V, and a column of ones in the input adds the bias inside the matrix
 * product. The result differs from that of tanh by rounding: σ is rounded to 1e-16 of 1, where tanh
 * is rounded to 1e-16 of itself.
 *
 * <p>The input is what the hidden layer takes, (batch, in) first or, with replicas, (replicas,
 * batch, in); the output is (…, batch, outputs).
 */
public final class TanhPerceptron extends AbstractBlock {
  private static final byte VERSION = 1;
  private static final int[] ROWS = {-2};

  private final AffineLayer hidden;
  private final Linear output;

  /**
   * @param hidden what stands before tanh
   * @param output what stands behind it
   */
  public TanhPerceptron(AffineLayer hidden, Linear output) {
    super(VERSION);
    this.hidden = addChildBlock("hidden", hidden);
    this.output = addChildBlock("output", output);
  }

  /** The layer before tanh. */
  public AffineLayer hidden() {
    return hidden;
  }

  /** The layer behind tanh. */
  public Linear output() {
    return output;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    hidden.initialize(manager, dataType, inputShapes);
    output.initialize(manager, dataType, hidden.getOutputShapes(inputShapes));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return output.getOutputShapes(hidden.getOutputShapes(inputShapes));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> params) {
    NDArray x = inputs.head();
    NDList affine = hidden.affine(parameterStore, inputs, training);
    NDList behind = output.affine(parameterStore, inputs, training);
    NDArray before = affine.head();
    if (affine.size() > 1) { // DJL's concat of one array cuts the gradient.
      before = before.concat(affine.get(1), -2);
      x = withOnes(x);
    }
    NDArray logistic = Activation.sigmoid(x.matMul(before.add(before)));
    NDArray v = behind.get(0);
    NDArray constant = v.sum(ROWS, true).neg();
    if (behind.size() > 1) {
      constant = constant.add(behind.get(1));
    }
    return new NDList(logistic.matMul(v.add(v)).add(constant));
  }

  /** The input with a last column of ones. */
  private static NDArray withOnes(NDArray x) {
    long[] column = x.getShape().getShape().clone();
    column[column.length - 1] = 1;
    return x.concat(x.getManager().ones(new Shape(column), x.getDataType()), -1);
  }
}
