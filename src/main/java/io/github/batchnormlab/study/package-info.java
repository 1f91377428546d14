/**
 * The study: its settings, the arms, the training loop, the optimizer, what is seen inside the
 * networks, checkpoints, and the files of a run. Results are plain values; no native array leaves
 * the training. It knows nothing of figures, pages and the command line.
 */
package io.github.batchnormlab.study;
