package io.github.batchnormlab.data;

import java.util.List;

/**
 * Blocks in the memory of this process; work on them is done one after the other, by who asks for
 * it.
 *
 * @param blocks the blocks
 * @param <B> what a block is
 */
record LocalBlocks<B>(List<B> blocks) implements BlockSet<B> {
  LocalBlocks {
    blocks = List.copyOf(blocks);
  }

  @Override
  public <T> T reduce(BlockWork<B, T> work) {
    try (BlockWork.Worker<B, T> worker = work.begin()) {
      return MergeTree.merge(blocks.size(), i -> worker.of(blocks.get(i)), work::merge);
    }
  }

  @Override
  public <C> BlockSet<C> map(BlockMap<B, C> each) {
    return new LocalBlocks<>(blocks.stream().map(each::of).toList());
  }

  @Override
  public void close() {
    // The collector frees them with this.
  }
}
