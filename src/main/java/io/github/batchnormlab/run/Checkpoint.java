package io.github.batchnormlab.run;

import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.train.Training;
import java.time.Instant;

/**
 * What the continuation of a run depends on, for the run as a whole or for one group of an arm's
 * replicas, which train independently of the others.
 *
 * @param settings those of the run
 * @param start when the run began
 * @param seconds how long the run has taken so far, earlier sessions included
 * @param training the state of a group of an arm's replicas, or null in the run's own checkpoint
 */
record Checkpoint(Settings settings, Instant start, double seconds, Training.State training) {}
