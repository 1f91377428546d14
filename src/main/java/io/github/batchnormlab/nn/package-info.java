/**
 * Blocks and the loss by their definitions, each with its formula in its Javadoc, for any DJL
 * model.
 *
 * <p>Several networks of the same shape can be trained as one, along a leading axis of replicas.
 * The package knows nothing of data, arms or training.
 */
package io.github.batchnormlab.nn;
