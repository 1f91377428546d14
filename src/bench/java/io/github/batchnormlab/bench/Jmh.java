package io.github.batchnormlab.bench;

import java.io.IOException;

/** JMH's main program, with the class path that the processes it starts need. */
public final class Jmh {
  private Jmh() {}

  /**
   * @param args JMH's options, such as {@code -f 1 Blocks}
   */
  public static void main(String[] args) throws IOException {
    System.setProperty("java.class.path", ClassPath.current());
    org.openjdk.jmh.Main.main(args);
  }
}
