package io.github.batchnormlab.engine;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;
import io.github.batchnormlab.study.DeviceChoice;
import io.github.batchnormlab.study.Program;
import java.util.Locale;

/** Starts PyTorch and finds the device to train on. */
public final class Devices {
  private static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";

  private Devices() {}

  /**
   * {@return the device that was asked for, tried out}
   *
   * @param choice what was asked for
   * @throws DeviceException if it cannot be used
   */
  public static Device open(DeviceChoice choice) throws DeviceException {
    keepToThisMachine(choice);
    return switch (choice.kind()) {
      case CPU -> tried(Device.cpu(), choice);
      case GPU -> {
        checkGpuIsThere(choice);
        yield tried(Device.gpu(choice.index()), choice);
      }
      case AUTO -> gpuOrCpu(choice);
    };
  }

  private static Device gpuOrCpu(DeviceChoice choice) throws DeviceException {
    if (whyNoGpu().isEmpty()) {
      try {
        return tried(Device.gpu(0), choice);
      } catch (DeviceException e) {
        // A PyTorch without CUDA, or a GPU that it cannot use: the processor it is.
      }
    }
    return tried(Device.cpu(), choice);
  }

  /**
   * DJL reports each start of an engine to the cloud's metadata address, and downloads what it does
   * not find. Only a GPU run may download, because its PyTorch is on no Maven repository.
   */
  private static void keepToThisMachine(DeviceChoice choice) {
    System.setProperty("OPT_OUT_TRACKING", "true");
    if (choice.kind() != DeviceChoice.Kind.GPU && System.getProperty("ai.djl.offline") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
  }

  private static void checkGpuIsThere(DeviceChoice choice) throws DeviceException {
    String reason = whyNoGpu();
    if (!reason.isEmpty()) {
      throw unusable(choice, reason, null);
    }
    int count = CudaUtils.getGpuCount();
    if (count > 0 && choice.index() >= count) {
      throw unusable(choice, "this machine has " + count + " GPU(s), numbered from 0", null);
    }
  }

  /** Why no GPU can be used, or an empty text. Looks without starting the engine. */
  private static String whyNoGpu() {
    if (Utils.getEnvOrSystemProperty(LIBRARY_PATH) != null) {
      return ""; // The user's own PyTorch decides.
    }
    if (!CudaUtils.hasCuda()) {
      return "CUDA's runtime library found no NVIDIA GPU on this machine";
    }
    Platform build = Platform.detectPlatform("pytorch");
    if (!build.isPlaceholder() && build.getFlavor().equals("cpu")) {
      return "the CPU build of PyTorch is on the class path";
    }
    return "";
  }

  private static Device tried(Device device, DeviceChoice choice) throws DeviceException {
    try (NDManager manager = Values.pytorch().newBaseManager(device);
        NDArray one = manager.ones(new Shape(1))) {
      one.toFloatArray();
      return device;
    } catch (EngineException | IllegalStateException | UnsatisfiedLinkError e) {
      throw unusable(choice, firstLine(e), e);
    }
  }

  private static DeviceException unusable(DeviceChoice choice, String reason, Throwable cause) {
    boolean isPackage = Program.command().isPresent();
    String advice =
        choice.kind() == DeviceChoice.Kind.GPU
            ? "a GPU needs an NVIDIA driver and "
                + (isPackage
                    ? "a network for the CUDA build of PyTorch"
                    : "a start with 'mvn compile exec:java -Dbn.device=" + choice + "'")
                + ", or the folder of a CUDA build of PyTorch in "
                + LIBRARY_PATH
                + "; --device cpu needs neither"
            : isPackage
                ? "PyTorch belongs into the folder lib/cpu of the program"
                : "start with 'mvn compile exec:java', which puts PyTorch on the class path";
    return new DeviceException(
        String.format(Locale.ROOT, "--device %s cannot be used: %s; %s.", choice, reason, advice),
        cause);
  }

  private static String firstLine(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    String line = message.lines().findFirst().orElse("unknown").strip();
    int end = line.indexOf(". ");
    return end < 0 ? line : line.substring(0, end);
  }
}
