/**
 * The training loop and its parts: the trainer, the optimizer, the losses, and looks inside the
 * networks while they train.
 *
 * <p>{@link io.github.batchnormlab.train.Training#run} is the loop; {@code Passes} are what it asks
 * of its rows, which are on its device or in blocks elsewhere. Plain values come out: no array of
 * the engine leaves this package. It knows nothing of files, reports or the command line.
 *
 * @serial exclude
 */
package io.github.batchnormlab.train;
