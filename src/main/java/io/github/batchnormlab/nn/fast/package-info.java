/**
 * The numbers of the definitions in {@link io.github.batchnormlab.nn}, from the same parameters,
 * faster.
 *
 * <p>The definitions are what its tests hold it against. Only {@code model} uses it, and any
 * network works without it. It knows nothing of data, arms or training.
 */
package io.github.batchnormlab.nn.fast;
