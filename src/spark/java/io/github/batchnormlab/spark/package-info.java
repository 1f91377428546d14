/**
 * Trainings on Apache Spark: the only package that knows it, and the only one that the application
 * can do without. It is compiled by the profile {@code spark}.
 *
 * <p>The package knows nothing of reports or the command line.
 */
package io.github.batchnormlab.spark;
