package io.github.batchnormlab.train;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.DeviceException;
import io.github.batchnormlab.engine.Devices;
import io.github.batchnormlab.engine.NativeMemory;
import io.github.batchnormlab.study.DeviceChoice;

/** What the benchmarks of kernels and blocks share: PyTorch as the study sets it up. */
final class Arrays64 {
  private Arrays64() {}

  /** Starts PyTorch with so many threads of its own for the calling thread, and no gradients. */
  static NDManager start(int threads) {
    try {
      NativeMemory.keep();
      Device device = Devices.open(DeviceChoice.CPU);
      JniUtils.setNumThreads(threads);
      Autograd.off();
      return Engine.getEngine("PyTorch").newBaseManager(device);
    } catch (DeviceException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Normal numbers in float64. */
  static NDArray normal(NDManager manager, long... shape) {
    return manager.randomNormal(0, 1, new Shape(shape), DataType.FLOAT64);
  }
}
