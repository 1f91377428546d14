package io.github.batchnormlab;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The packages are rooms: each knows some of those below it, and there is no way back up. */
class HouseTest {
  private static final String ROOT = "io.github.batchnormlab";

  /** Each room, from the top, and the rooms that it may know. */
  private static final Map<String, String> ROOMS = new LinkedHashMap<>();

  static {
    ROOMS.put("cli", "report run export model data engine study");
    ROOMS.put("report", "study");
    ROOMS.put("run", "train model data engine study");
    ROOMS.put("export", "model data engine study");
    ROOMS.put("train", "model nn data engine study");
    ROOMS.put("model", "nn.fast nn data engine study");
    ROOMS.put("nn.fast", "nn engine");
    ROOMS.put("nn", "engine");
    ROOMS.put("data", "engine study");
    ROOMS.put("engine", "study");
    ROOMS.put("study", "");
  }

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  private static String[] packages(Stream<String> rooms) {
    return rooms.filter(room -> !room.isEmpty()).map(r -> ROOT + "." + r).toArray(String[]::new);
  }

  @Test
  void eachRoomKnowsOnlyRoomsBelowIt() {
    ROOMS.forEach(
        (room, known) -> {
          String[] allowed =
              packages(Stream.concat(Stream.of(room), Arrays.stream(known.split(" "))));
          noClasses()
              .that(resideInAPackage(ROOT + "." + room))
              .should()
              .dependOnClassesThat(
                  resideInAPackage(ROOT + "..")
                      .and(DescribedPredicate.not(resideInAnyPackage(allowed))))
              .check(CLASSES);
        });
  }

  @Test
  void everyClassLivesInARoom() {
    classes().should().resideInAnyPackage(packages(ROOMS.keySet().stream())).check(CLASSES);
  }

  @Test
  void noRoomsNeedEachOther() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /** Results are plain values: who asks and who reads needs no engine. */
  @Test
  void settingsAndReportsKnowNoEngine() {
    noClasses()
        .that(resideInAnyPackage(packages(Stream.of("study", "report", "cli"))))
        .should()
        .dependOnClassesThat(resideInAPackage("ai.djl.."))
        .check(CLASSES);
  }

  @Test
  void eachRoomSaysWhatItKnowsNothingOf() throws Exception {
    for (String room : ROOMS.keySet()) {
      Path said =
          Path.of("src/main/java/io/github/batchnormlab")
              .resolve(room.replace('.', '/'))
              .resolve("package-info.java");
      String text = Files.readString(said).replaceAll("\\s+\\*?\\s*", " ");
      assertTrue(text.contains(" knows nothing of ") || text.contains(" leaves to "), said + text);
    }
  }
}
