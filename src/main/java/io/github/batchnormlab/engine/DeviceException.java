package io.github.batchnormlab.engine;

/** The asked-for device cannot be used. The message says what was looked for and what to do. */
public final class DeviceException extends Exception {
  private static final long serialVersionUID = 1L;

  DeviceException(String message) {
    super(message);
  }

  DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
