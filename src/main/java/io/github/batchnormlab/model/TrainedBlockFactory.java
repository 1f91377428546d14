package io.github.batchnormlab.model;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Makes the block of a saved model from its folder, for DJL's own loader: {@code
 * Criteria.builder().optModelPath(folder)} needs no more. Its input is (batch, features).
 */
public final class TrainedBlockFactory implements BlockFactory {
  private static final long serialVersionUID = 1L;

  @Override
  public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) throws IOException {
    try {
      return TrainedNetwork.Description.read(modelPath).network().block();
    } catch (MalformedModelException e) {
      throw new IOException(modelPath + " " + e.getMessage(), e);
    }
  }
}
