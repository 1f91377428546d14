package io.github.batchnormlab.model;

import ai.djl.nn.Block;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.LayerNorm;
import io.github.batchnormlab.nn.RmsNorm;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.Settings;
import java.util.List;

/**
 * The arms: all that is known of each is declared here.
 *
 * <p>A new arm is one more constant and the block that it names.
 */
public enum Arms implements NetworkArm {
  /** Batch normalization whose variance divides by n - 1, as the article's program does. */
  BATCH_NORM(
      "batch-norm",
      "with BN",
      Arm.BATCH_NORM,
      "#d92b2f",
      "variance divided by n - 1",
      2,
      true,
      (units, net, replicas) -> new OwnBatchNorm(batchNorm(net, replicas, false), true)),
  /** The same as {@link #BATCH_NORM}, computed step by step as the definition says. */
  BATCH_NORM_PLAIN(
      "batch-norm-plain",
      "with plain BN",
      Arm.BATCH_NORM,
      "#c77d00",
      "the same, computed step by step",
      2,
      false,
      (units, net, replicas) -> new OwnBatchNorm(batchNorm(net, replicas, false), false)),
  /** Batch normalization whose variance divides by n, as the article's formula does. */
  BATCH_NORM_POPULATION(
      "batch-norm-population",
      "with population BN",
      Arm.BATCH_NORM,
      "#0a8f72",
      "variance divided by n",
      1,
      true,
      (units, net, replicas) -> new OwnBatchNorm(batchNorm(net, replicas, true), true)),
  /** DJL's own batch normalization layer, for comparison; it refuses a single row. */
  DJL_BATCH_NORM(
      "djl-batch-norm",
      "with DJL BN",
      Arm.BATCH_NORM,
      "#b4569c",
      "DJL's own layer",
      2,
      false,
      DjlBatchNorm::new),
  /** Layer normalization: each row by itself, over its units. */
  LAYER_NORM(
      "layer-norm",
      "with LN",
      "layer normalization",
      "#9f87d2",
      "each row by its own mean and deviation",
      1,
      false,
      (units, net, replicas) -> layerNorm(net, replicas)),
  /** Layer normalization that neither centers nor shifts. */
  RMS_NORM(
      "rms-norm",
      "with RMS norm",
      "RMS normalization",
      "#446c6c",
      "each row by its own root mean square",
      1,
      false,
      (units, net, replicas) -> rmsNorm(net, replicas)),
  /** No normalization. */
  NONE("none", "without BN", "no normalization", "#2a6be0", "no normalization", 1, true, null);

  private final String id;
  private final String label;
  private final String method;
  private final String colour;
  private final String description;
  private final int leastRows;
  private final boolean mayBeFast;
  private final Maker maker;

  Arms(
      String id,
      String label,
      String method,
      String colour,
      String description,
      int leastRows,
      boolean mayBeFast,
      Maker maker) {
    this.id = id;
    this.label = label;
    this.method = method;
    this.colour = colour;
    this.description = description;
    this.leastRows = leastRows;
    this.mayBeFast = mayBeFast;
    this.maker = maker;
  }

  /** Makes what an arm puts between a linear layer and the activation. */
  @FunctionalInterface
  private interface Maker {
    Normalization make(int units, Settings.Net net, int replicas);
  }

  /** For {@link java.util.ServiceLoader}: tells the settings which arms there are. */
  public static final class Catalog implements Arm.Catalog {
    @Override
    public List<? extends Arm> arms() {
      return List.of(values());
    }

    @Override
    public Arm own(String id, String className, int index) {
      return OwnArm.of(id, className, index);
    }
  }

  private static BatchNorm batchNorm(Settings.Net net, int replicas, boolean populationVariance) {
    return BatchNorm.builder()
        .optLambda(net.lambda())
        .optEpsilon(net.epsilon())
        .optReplicas(replicas)
        .optPopulationVariance(populationVariance)
        .build();
  }

  private static Normalization layerNorm(Settings.Net net, int replicas) {
    Block block = LayerNorm.builder().optEpsilon(net.epsilon()).optReplicas(replicas).build();
    return () -> block;
  }

  private static Normalization rmsNorm(Settings.Net net, int replicas) {
    Block block = RmsNorm.builder().optEpsilon(net.epsilon()).optReplicas(replicas).build();
    return () -> block;
  }

  @Override
  public Normalization normalization(int units, Settings settings, int replicas) {
    return maker == null ? null : maker.make(units, settings.net(), replicas);
  }

  /** Batch norm has statistics of each channel, the others of each image. */
  @Override
  public Normalization ofMaps(ImageSize maps, Settings settings) {
    if (maker == null) {
      return null;
    }
    return isOfBatch()
        ? maker.make(maps.channels(), settings.net(), 0)
        : new OverRows(maker.make(maps.values(), settings.net(), 0), maps);
  }

  private boolean isOfBatch() {
    return method.equals(Arm.BATCH_NORM);
  }

  @Override
  public boolean mayBeFast() {
    return mayBeFast;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String colour() {
    return colour;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public boolean normalizes() {
    return maker != null;
  }

  @Override
  public int leastRows() {
    return leastRows;
  }

  @Override
  public String toString() {
    return id;
  }
}
