package io.github.batchnormlab.study;

/**
 * The versions of all that a run's numbers depend on beside its settings and the machine.
 *
 * @param project version of BatchNorm Lab
 * @param djl version of DJL
 * @param pyTorch version of PyTorch
 * @param java version and vendor of the Java runtime
 */
public record Versions(String project, String djl, String pyTorch, String java) {}
