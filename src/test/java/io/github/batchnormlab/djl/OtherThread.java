package io.github.batchnormlab.djl;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A thread that nothing has been done on before. */
final class OtherThread {
  private OtherThread() {}

  /** Runs a task on a new thread; what it throws is the cause of what this throws. */
  static <T> T call(Callable<T> task) throws ExecutionException, InterruptedException {
    FutureTask<T> future = new FutureTask<>(task);
    Thread thread = new Thread(future, "other");
    thread.setDaemon(true);
    thread.start();
    return future.get();
  }
}
