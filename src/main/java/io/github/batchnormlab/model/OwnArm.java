package io.github.batchnormlab.model;

import ai.djl.nn.Block;
import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.Program;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;

/**
 * An arm whose layer is a class of the user's. The class is looked for when a network is made, so
 * that the results of a study can be read without it.
 *
 * @param id its name
 * @param className the name of a {@link NormalizationLayer}
 * @param colour of its lines
 */
record OwnArm(String id, String className, String colour) implements NetworkArm {
  /** Told from each other and from those of {@link Arms}, as far as colours go. */
  private static final String[] COLOURS = {"#8c6d31", "#17a2b8", "#7f7f7f", "#e377c2", "#6b8e23"};

  static OwnArm of(String id, String className, int index) {
    return new OwnArm(id, className, COLOURS[index % COLOURS.length]);
  }

  @Override
  public String text() {
    return id + "=" + className;
  }

  @Override
  public String label() {
    return "with " + id;
  }

  @Override
  public String method() {
    return "the layer " + id;
  }

  @Override
  public String description() {
    return className;
  }

  @Override
  public boolean normalizes() {
    return true;
  }

  @Override
  public int leastRows() {
    return 1;
  }

  @Override
  public boolean hasReplicas() {
    return false;
  }

  @Override
  public boolean mayBeFast() {
    return false;
  }

  @Override
  public Normalization normalization(int units, Settings settings, int replicas) {
    if (replicas > 1) {
      throw new IllegalArgumentException("A block of a user's own has one replica");
    }
    return new OwnNormalization(make(units, settings), replicas == 1);
  }

  @Override
  public Normalization ofMaps(ImageSize maps, Settings settings) {
    return new OwnNormalization(make(maps.channels(), settings), false);
  }

  private Block make(int units, Settings settings) {
    Object made;
    try {
      made = Class.forName(className).getConstructor().newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      throw refused(
          e instanceof ClassNotFoundException
              ? "must name a class on the class path, such as one in " + place()
              : "must name a public class with a public constructor without parameters that does"
                  + " not fail ("
                  + reason(e)
                  + ")");
    }
    if (!(made instanceof NormalizationLayer layer)) {
      throw refused("must name a class that implements " + NormalizationLayer.class.getName());
    }
    Block block;
    try {
      block = layer.make(units, settings);
    } catch (RuntimeException | LinkageError e) {
      throw refused("must name a class that makes a block (" + reason(e) + ")");
    }
    if (block == null) {
      throw refused("must name a class that makes a block, and not null");
    }
    return block;
  }

  /** Where the user's classes go. */
  private static String place() {
    return Program.command().isEmpty()
        ? "src/main/java"
        : "a folder or a jar of BATCHNORM_LAB_CLASSPATH";
  }

  private static String reason(Throwable e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause.getMessage() == null
        ? cause.getClass().getSimpleName()
        : cause.getMessage().lines().findFirst().orElse("");
  }

  private SettingException refused(String rule) {
    return new SettingException("arms", text(), rule);
  }

  @Override
  public String toString() {
    return id;
  }
}
