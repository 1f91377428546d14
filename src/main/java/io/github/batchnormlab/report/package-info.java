/**
 * What a reader sees of finished studies: statistics over the replicas, the answer in words,
 * figures, tables and the pages that hold them.
 *
 * <p>Everything here works on the plain values of a {@link
 * io.github.batchnormlab.study.StudyResult}. It knows nothing of DJL, of how the values came about,
 * and of the command line.
 */
package io.github.batchnormlab.report;
