package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MergeTreeTest {
  private static String tree(int from, int count) {
    return MergeTree.merge(
        count, i -> Integer.toString(from + i), (a, b) -> "(" + a + " " + b + ")");
  }

  @Test
  void neighboursAreMergedFirst() {
    assertEquals("0", tree(0, 1));
    assertEquals("(0 1)", tree(0, 2));
    assertEquals("(((0 1) (2 3)) ((4 5) 6))", tree(0, 7));
  }

  /** So that a machine can merge what it has, and the numbers do not depend on how much that is. */
  @Test
  void aRunOfATwosPowerIsABranch() {
    for (int count = 1; count <= 40; count++) {
      for (int size = 1; size <= 32; size *= 2) {
        int all = count;
        int of = size;
        String merged =
            MergeTree.merge(
                (all - 1) / of + 1,
                run -> tree(run * of, Math.min(of, all - run * of)),
                (a, b) -> "(" + a + " " + b + ")");
        assertEquals(tree(0, all), merged);
      }
    }
  }
}
