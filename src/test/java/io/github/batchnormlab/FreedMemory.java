package io.github.batchnormlab;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Brings to light who still reads memory that Java has given up. */
public final class FreedMemory {
  private FreedMemory() {}

  /** Collects garbage, and fills the native memory that this frees with other numbers. */
  public static void overwrite() {
    System.gc();
    try {
      Thread.sleep(2); // The cleaner frees buffers on a thread of its own.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (int i = 0; i < 2000; i++) {
      ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).putDouble(0, 777);
    }
  }
}
