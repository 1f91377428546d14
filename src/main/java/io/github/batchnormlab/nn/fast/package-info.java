/**
 * The numbers of the definitions in {@link io.github.batchnormlab.nn}, from the same parameters,
 * faster.
 *
 * <p>It could be deleted, and the program would still work. The definitions are what its tests hold
 * it against. It knows nothing of data, arms or training.
 */
package io.github.batchnormlab.nn.fast;
