/**
 * The points that the networks learn from: NumPy's stream of random numbers, and a DJL dataset of
 * colours with three functions of them. It knows nothing of networks.
 */
package io.github.batchnormlab.data;
