package io.github.batchnormlab.engine;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.util.function.Consumer;

/**
 * Makes glibc keep freed memory for the next tensor.
 *
 * <p>By default it hands each freed tensor of some hundred kilobytes back to the kernel, and takes
 * it anew, page by page, for the next. On other systems and C libraries nothing happens.
 */
public final class NativeMemory {
  // From malloc.h of glibc.
  private static final int M_TRIM_THRESHOLD = -1;
  private static final int M_TOP_PAD = -2;
  private static final int M_MMAP_THRESHOLD = -3;
  private static final int M_ARENA_MAX = -8;

  private static final int MIB = 1 << 20;

  private NativeMemory() {}

  /** The functions of the C library that are called here. */
  private interface GlibC extends Library {
    int mallopt(int parameter, int value);

    int malloc_trim(long padding);
  }

  /** Sets the allocator up. To be called before training; again does no harm. */
  public static void keep() {
    call(
        c -> {
          c.mallopt(M_MMAP_THRESHOLD, 32 * MIB); // the largest that glibc takes
          c.mallopt(M_TRIM_THRESHOLD, 1024 * MIB);
          c.mallopt(M_TOP_PAD, 64 * MIB);
          c.mallopt(M_ARENA_MAX, 1);
        });
  }

  /** Hands what is free now back to the kernel, once: what a large preparation has left. */
  public static void giveBack() {
    call(c -> c.malloc_trim(0));
  }

  private static void call(Consumer<GlibC> action) {
    if (!Platform.isLinux()) {
      return;
    }
    try {
      action.accept(Native.load("c", GlibC.class));
    } catch (UnsatisfiedLinkError e) {
      // Another C library: it is slower there, and just as right.
    }
  }
}
