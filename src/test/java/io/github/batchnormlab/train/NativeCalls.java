package io.github.batchnormlab.train;

import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.instrument.Instrumentation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.loading.ClassReloadingStrategy;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;
import net.bytebuddy.utility.OpenedClassReader;

/**
 * Counts the calls of DJL's native methods on the thread that asks, by name.
 *
 * <p>All of them are methods of {@code PyTorchLibrary}, which the {@link #CALLERS} call. A counter
 * is put in front of each such call, in the class as it is loaded.
 */
public final class NativeCalls {
  private static final String LIBRARY = "ai/djl/pytorch/jni/PyTorchLibrary";

  private static final List<Class<?>> CALLERS =
      List.of(JniUtils.class, IValue.class, IValueUtils.class);

  /** Ask an array for its properties or its memory, free something, or set the thread's mode. */
  private static final Set<String> PROPERTIES =
      Set.of(
          "setGraphExecutorOptimize",
          "torchDeleteIValue",
          "torchDeleteTensor",
          "torchDeleteIndex",
          "torchSizes",
          "torchDType",
          "torchDevice",
          "torchLayout",
          "torchIsContiguous",
          "torchDirectByteBuffer",
          "torchIsGradMode",
          "torchSetGradMode",
          "torchRequiresGrad");

  private static final ThreadLocal<Map<String, Integer>> COUNTS = new ThreadLocal<>();

  static {
    Instrumentation instrumentation = ByteBuddyAgent.install();
    for (Class<?> caller : CALLERS) {
      new ByteBuddy()
          .redefine(caller)
          .visit(
              new AsmVisitorWrapper.ForDeclaredMethods()
                  .writerFlags(ClassWriter.COMPUTE_MAXS)
                  .method(ElementMatchers.any(), NativeCalls::counting))
          .make()
          .load(caller.getClassLoader(), ClassReloadingStrategy.of(instrumentation));
    }
  }

  private NativeCalls() {}

  private static MethodVisitor counting(
      TypeDescription type,
      MethodDescription method,
      MethodVisitor visitor,
      Implementation.Context context,
      TypePool pool,
      int writerFlags,
      int readerFlags) {
    return new MethodVisitor(OpenedClassReader.ASM_API, visitor) {
      @Override
      public void visitMethodInsn(
          int opcode, String owner, String name, String descriptor, boolean isInterface) {
        if (owner.equals(LIBRARY)) {
          super.visitLdcInsn(name);
          super.visitMethodInsn(
              Opcodes.INVOKESTATIC,
              Type.getInternalName(NativeCalls.class),
              "called",
              "(Ljava/lang/String;)V",
              false);
        }
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
      }
    };
  }

  /**
   * Called in front of each native call.
   *
   * @param name the method's
   */
  public static void called(String name) {
    Map<String, Integer> counts = COUNTS.get();
    if (counts != null) {
      counts.merge(name, 1, Integer::sum);
    }
  }

  /** Runs an action, and counts meanwhile. */
  static void count(Runnable action) {
    COUNTS.set(new TreeMap<>());
    try {
      action.run();
    } finally {
      COUNTS.remove();
    }
  }

  /** {@return how often each method has been called since the action that is counted began} */
  static Map<String, Integer> soFar() {
    return new TreeMap<>(COUNTS.get());
  }

  /** {@return how often each method was called between two moments} */
  static Map<String, Integer> between(Map<String, Integer> before, Map<String, Integer> after) {
    Map<String, Integer> calls = new TreeMap<>();
    after.forEach(
        (name, count) -> {
          int more = count - before.getOrDefault(name, 0);
          if (more > 0) {
            calls.put(name, more);
          }
        });
    return calls;
  }

  /** {@return the number of all calls} */
  static int all(Map<String, Integer> calls) {
    return calls.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** {@return the number of those that compute, or make an array or a view} */
  static int operations(Map<String, Integer> calls) {
    Map<String, Integer> rest = new TreeMap<>(calls);
    rest.keySet().removeAll(PROPERTIES);
    return all(rest);
  }
}
