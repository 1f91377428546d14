package io.github.batchnormlab.study;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The versions of all that a run's numbers depend on beside its settings and the machine.
 *
 * @param project version of BatchNorm Lab
 * @param djl version of DJL
 * @param pyTorch version of PyTorch
 * @param java version and vendor of the Java runtime
 */
public record Versions(String project, String djl, String pyTorch, String java) {

  /** {@return what has a version, by the name that a reader knows, in their order} */
  public Map<String, String> byName() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("BatchNorm Lab", project);
    versions.put("DJL", djl);
    versions.put("PyTorch", pyTorch);
    versions.put("Java", java);
    return versions;
  }
}
