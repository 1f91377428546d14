package io.github.batchnormlab.engine;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Many operations of PyTorch in one native call, written in TorchScript.
 *
 * <p>Each operation of DJL is a call through JNI and an array object in Java, about two
 * microseconds together, and DJL has only some of PyTorch's operations. A method of a program is
 * one call, however many operations it has, and has all of them: also those that overwrite an
 * array, and the kernels of the backward passes.
 *
 * <p>DJL loads and runs TorchScript from files. Here the file is made in memory, of the text of
 * methods of the form
 *
 * <pre>
 *   def name(arrays, numbers):
 *     x, w = arrays
 *     return [torch.mm(x, w) * numbers[0]]
 * </pre>
 *
 * <p>Each takes a list of arrays and a list of numbers and returns a list of arrays. {@code torch}
 * has PyTorch's operations by the names and with the arguments of its {@code
 * native_functions.yaml}.
 *
 * <p>Nothing in a program is differentiated, and its results cannot take part in what autograd
 * differentiates, nor be overwritten but by a program: PyTorch runs it in its inference mode. It is
 * run as it is written, without PyTorch's optimizer, which would rewrite it after the first runs:
 * the same numbers come of the first run and the last, to the last bit.
 */
public final class Program {
  private static final String SIGNATURE =
      "(self: __torch__.Program, arrays: List[Tensor], numbers: List[float]) -> List[Tensor]:";

  /** An object of the class, as Python's pickle writes one. */
  private static final String OBJECT =
      "\u0080\u0002c__torch__\nProgram\n)\u0081}(X\b\0\0\0training\u0089ub.";

  private static final String NO_CONSTANTS = "\u0080\u0002).";

  /** The version of the format that PyTorch 2 writes. */
  private static final String VERSION = "10\n";

  private final PtNDManager manager;
  private final PtSymbolBlock module;
  private final IValue none;

  /**
   * Loads a program.
   *
   * @param owner the program is freed with it, and runs on its device
   * @param methods their text, each indented by two spaces
   */
  public Program(NDManager owner, String methods) {
    manager = (PtNDManager) owner;
    try {
      module =
          JniUtils.loadModule(manager, new ByteArrayInputStream(archive(methods)), true, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    none = IValue.listFrom(new double[0]);
    manager.attachInternal(none.getUid(), none);
  }

  private static byte[] archive(String methods) throws IOException {
    String code =
        "class Program(Module):\n"
            + "  __parameters__ = []\n"
            + "  __buffers__ = []\n"
            + "  training : bool\n"
            + methods.replace("(arrays, numbers):", SIGNATURE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "data.pkl", OBJECT);
      put(zip, "code/__torch__.py", code);
      put(zip, "constants.pkl", NO_CONSTANTS);
      put(zip, "version", VERSION);
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry("program/" + name));
    zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
    zip.closeEntry();
  }

  /**
   * Runs a method.
   *
   * @param method its name
   * @param arrays its arrays
   * @param numbers its numbers
   * @return the arrays that it returns, in the scope of the caller
   */
  public NDList run(String method, NDList arrays, double... numbers) {
    PtNDArray[] own = arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new);
    JniUtils.setGraphExecutorOptimize(false); // It is the thread's.
    try (IValue list = IValue.listFrom(own);
        IValue some = numbers.length == 0 ? null : IValue.listFrom(numbers);
        IValue results = IValueUtils.runMethod(module, method, list, some == null ? none : some)) {
      return new NDList(results.toTensorArray(manager));
    }
  }
}
