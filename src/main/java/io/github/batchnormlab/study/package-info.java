/**
 * The experiment: settings, arms, replicas, the training loop, what is recorded inside the
 * networks, and the files of a run.
 *
 * <p>Settings go in and plain values come out: no NDArray leaves this package. It knows nothing of
 * figures, pages or the command line.
 */
package io.github.batchnormlab.study;
