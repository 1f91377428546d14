package io.github.batchnormlab.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.Map;

/**
 * A batch's loss and its gradient.
 *
 * @param losses the sum of the loss over the rows, of each replica
 * @param ofParameters the gradient of each parameter that is trained, in as many values as it has
 */
public record Gradients(double[] losses, Map<Parameter, NDArray> ofParameters) {}
