package io.github.batchnormlab.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProgramTest {
  private static final String METHODS =
      """
        def affine(arrays, numbers):
          x, w, b = arrays
          return [torch.addmm(b, x, w), x * numbers[0]]
        def twice(arrays, numbers):
          torch.mul_(arrays[0], 2)
          return arrays
      """;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray row(double... values) {
    return manager.create(values).reshape(1, values.length);
  }

  @Test
  void severalOperationsAreOneCall() {
    Program program = new Program(manager, METHODS);
    NDArray w = manager.create(new double[] {1, 2, 3, 4}).reshape(2, 2);
    NDList results = program.run("affine", new NDList(row(1, 10), w, row(0.5, 0.25)), 3);
    assertArrayEquals(new double[] {31.5, 42.25}, results.get(0).toDoubleArray());
    assertArrayEquals(new double[] {3, 30}, results.get(1).toDoubleArray());
  }

  /** Also one that autograd knows, and without autograd's help. */
  @Test
  void anArrayCanBeOverwritten() {
    NDArray x = row(1, 2);
    x.setRequiresGradient(true);
    new Program(manager, METHODS).run("twice", new NDList(x));
    assertArrayEquals(new double[] {2, 4}, x.toDoubleArray());
    assertTrue(x.hasGradient());
  }

  @Test
  void resultsBelongToTheScopeOfTheCaller() {
    Program program = new Program(manager, METHODS);
    NDArray x = row(1, 2);
    int before = manager.getManagedArrays().size();
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      program.run("twice", new NDList(x));
    }
    assertEquals(before, manager.getManagedArrays().size());
  }

  @Test
  void anErrorNamesTheLine() {
    Program program = new Program(manager, METHODS);
    NDList wrong = new NDList(row(1, 2), row(1, 2), row(1, 2));
    EngineException e = assertThrows(EngineException.class, () -> program.run("affine", wrong, 1));
    assertTrue(e.getMessage().contains("torch.addmm(b, x, w)"), e.getMessage());
  }
}
