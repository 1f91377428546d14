package io.github.batchnormlab.run;

import io.github.batchnormlab.study.Session;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.train.Training;
import java.time.Instant;
import java.util.List;

/**
 * What the continuation of a run depends on, for the run as a whole or for one group of an arm's
 * replicas, which train independently of the others.
 *
 * @param settings those of the run
 * @param start when the run began
 * @param seconds how long the run has taken so far, earlier sessions included
 * @param sessions the sessions of the run up to the one that saves; where each ended is known when
 *     the next begins
 * @param sums the SHA-256 of the files that the run learns from; none for points
 * @param training the state of a group of an arm's replicas, or null in the run's own checkpoint
 */
record Checkpoint(
    Settings settings,
    Instant start,
    double seconds,
    List<Session> sessions,
    List<String> sums,
    Training.State training) {}
