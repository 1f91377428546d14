package io.github.batchnormlab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles the classes of the README as they stand there. */
public final class ReadmeCode {
  private ReadmeCode() {}

  /** The source of a class. */
  public static String of(String name) throws Exception {
    Matcher source =
        Pattern.compile("```java\n((?:(?!```).)*class " + name + "\\b.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("README.md")));
    assertTrue(source.find(), "The README has no class " + name + ".");
    return source.group(1);
  }

  /**
   * Compiles a class.
   *
   * @param name its name, without the package
   * @param folder an empty folder, which must stay as long as the class is used
   */
  public static Class<?> compile(String name, Path folder) throws Exception {
    String source = of(name);
    Path file = Files.writeString(folder.resolve(name + ".java"), source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean isCompiled =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of("-proc:none", "-d", folder.toString(), "-cp", classPath),
                  null,
                  files.getJavaFileObjects(file))
              .call();
      assertTrue(isCompiled, said::toString);
      assertEquals("", said.toString());
    }
    Matcher room = Pattern.compile("^package (.*);", Pattern.MULTILINE).matcher(source);
    String whole = room.find() ? room.group(1) + "." + name : name;
    URL[] places = {folder.toUri().toURL()};
    return new URLClassLoader(places, ReadmeCode.class.getClassLoader()).loadClass(whole);
  }
}
