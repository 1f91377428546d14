/**
 * Blocks and a loss for DJL: batch normalization by its definition, the same from the moments of a
 * layer's input, a linear layer, and a perceptron with tanh in two matrix products. Each works in
 * any DJL model. They know nothing of this study.
 */
package io.github.batchnormlab.nn;
