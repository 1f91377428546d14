package io.github.batchnormlab.model;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.Settings;

/** An arm that knows its layer. */
sealed interface NetworkArm extends Arm permits Arms, OwnArm {

  /**
   * What the arm puts between a linear layer and the activation.
   *
   * @return null if that is nothing
   */
  Normalization normalization(int units, Settings settings, int replicas);

  /**
   * What the arm puts between a convolution and the activation: a block whose input and output are
   * (batch, channels, height, width).
   *
   * @param maps the shape of what the convolution makes of an image
   * @return null if that is nothing
   */
  Normalization ofMaps(ImageSize maps, Settings settings);

  /** Whether a faster way to the same numbers may be taken where there is one. */
  boolean mayBeFast();
}
