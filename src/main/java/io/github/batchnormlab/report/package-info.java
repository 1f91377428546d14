/**
 * What a reader sees of a finished study: figures, tables and the page that holds them.
 *
 * <p>Everything here works on the plain values of a {@link
 * io.github.batchnormlab.study.StudyResult}; nothing trains.
 */
package io.github.batchnormlab.report;
