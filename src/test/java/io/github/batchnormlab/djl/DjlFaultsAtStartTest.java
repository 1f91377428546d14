package io.github.batchnormlab.djl;

import static io.github.batchnormlab.djl.Startup.Step.ENGINES_ARE_FOUND;
import static io.github.batchnormlab.djl.Startup.Step.ENGINE_IS_LOADED;
import static io.github.batchnormlab.djl.Startup.Step.GPUS_ARE_COUNTED;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.NativeLibrary;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What DJL does at its start that a user did not ask for. */
class DjlFaultsAtStartTest {
  private static final String REQUEST = "request: ";

  /** Why Devices opts out, before it touches an engine. */
  @Test
  void theCloudIsAskedWhoRunsThis() throws Exception {
    String printed = Startup.run(ENGINES_ARE_FOUND, entry -> true);
    assertTrue(printed.contains(REQUEST + "http://169.254.169.254/"), printed);
  }

  /** What Devices does. */
  @Test
  void theCloudIsNotAskedAfterOptingOut() throws Exception {
    String printed = Startup.run(ENGINES_ARE_FOUND, entry -> true, "-DOPT_OUT_TRACKING=true");
    assertFalse(printed.contains(REQUEST), printed);
    assertTrue(printed.contains("found: PyTorch"), printed);
  }

  /** Why Devices sets DJL offline, unless a GPU was asked for. */
  @Test
  void aPyTorchThatIsNotThereIsDownloaded(@TempDir Path cache) throws Exception {
    String printed = loadWithoutPyTorch(cache, "-DOPT_OUT_TRACKING=true");
    assertTrue(printed.contains(REQUEST + "https://publish.djl.ai/pytorch/"), printed);
  }

  /** What Devices does. */
  @Test
  void nothingIsDownloadedOffline(@TempDir Path cache) throws Exception {
    String printed = loadWithoutPyTorch(cache, "-Dai.djl.offline=true");
    assertFalse(printed.contains(REQUEST), printed);
    assertTrue(printed.contains("Offline mode is enabled"), printed);
  }

  private static String loadWithoutPyTorch(Path cache, String flag) throws Exception {
    return Startup.run(
        ENGINE_IS_LOADED,
        entry -> !entry.contains("pytorch-native"),
        flag,
        "-DDJL_CACHE_DIR=" + cache);
  }

  /** Why simplelogger.properties silences libraries: CUDA may be there, and no GPU. */
  @Test
  void aComputerWithoutGpuIsWarnedOfIt() throws Exception {
    assumeTrue(isCudaWithoutDriver(), "needs CUDA's runtime library and no driver");
    String warnings = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn";
    String printed = Startup.run(GPUS_ARE_COUNTED, entry -> true, warnings);
    assertTrue(printed.contains("Failed to detect GPU count"), printed);
  }

  private static boolean isCudaWithoutDriver() {
    try {
      NativeLibrary cuda = NativeLibrary.getInstance("cudart");
      int error = cuda.getFunction("cudaGetDeviceCount").invokeInt(new Object[] {new int[1]});
      int success = 0;
      int noDevice = 100;
      return !Set.of(success, noDevice).contains(error);
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }
}
