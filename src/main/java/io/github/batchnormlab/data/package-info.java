/**
 * The points that the networks learn, and the number streams that they are drawn from, to the last
 * bit those of NumPy.
 *
 * <p>It knows nothing of networks, training or studies.
 */
package io.github.batchnormlab.data;
