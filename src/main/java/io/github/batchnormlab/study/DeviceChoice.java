package io.github.batchnormlab.study;

/**
 * The device that the user asks for: {@code cpu}, {@code gpu}, {@code gpu:N} or {@code auto}.
 *
 * @param kind what kind of device
 * @param index which GPU, from 0; 0 for the other kinds
 */
public record DeviceChoice(Kind kind, int index) {

  /** What kind of device. */
  public enum Kind {
    /** The processor. */
    CPU,
    /** A GPU, or none at all. */
    GPU,
    /** A GPU if PyTorch can use one, else the CPU. */
    AUTO
  }

  /** The processor. */
  public static final DeviceChoice CPU = new DeviceChoice(Kind.CPU, 0);

  /**
   * Reads what a user wrote.
   *
   * @throws IllegalArgumentException if it is none of the four forms; the message is the rule
   */
  static DeviceChoice parse(String text) {
    return switch (text) {
      case "cpu" -> CPU;
      case "auto" -> new DeviceChoice(Kind.AUTO, 0);
      case "gpu" -> new DeviceChoice(Kind.GPU, 0);
      default -> {
        if (!text.matches("gpu:\\d{1,3}")) {
          throw new IllegalArgumentException("must be cpu, gpu, gpu:N or auto");
        }
        yield new DeviceChoice(Kind.GPU, Integer.parseInt(text.substring(4)));
      }
    };
  }

  @Override
  public String toString() {
    return switch (kind) {
      case CPU -> "cpu";
      case AUTO -> "auto";
      case GPU -> index == 0 ? "gpu" : "gpu:" + index;
    };
  }
}
