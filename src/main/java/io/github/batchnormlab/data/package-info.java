/**
 * Rows with names: the points of the article, drawn from a number stream that is NumPy's to the
 * last bit, and any table as a DJL dataset.
 *
 * <p>It knows nothing of networks, training or files of a run.
 */
package io.github.batchnormlab.data;
