/**
 * Rows with names: the points of the article, drawn from a number stream that is NumPy's to the
 * last bit, the tables of others, read from CSV files, split and prepared as scikit-learn does, and
 * either as a DJL dataset.
 *
 * <p>{@link io.github.batchnormlab.data.RawTable} is a file's columns, {@link
 * io.github.batchnormlab.data.Prepared} the rows of a replica that are made of them, {@link
 * io.github.batchnormlab.data.Preprocessing} how, so that other rows can be made likewise.
 *
 * <p>{@link io.github.batchnormlab.data.BlockSource} is a table whose rows stay in blocks, wherever
 * a {@link io.github.batchnormlab.data.BlockSet} has them.
 *
 * <p>It knows nothing of networks, training or files of a run.
 *
 * @serial exclude
 */
package io.github.batchnormlab.data;
