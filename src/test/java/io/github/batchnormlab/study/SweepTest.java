package io.github.batchnormlab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepTest {

  private static List<Varied> varied(String... texts) {
    return Stream.of(texts).map(Varied::parse).toList();
  }

  private static Sweep all(Map<String, String> given, String... texts) {
    List<Varied> varied = varied(texts);
    return Sweep.of(given, varied, Sweep.all(Sweep.size(varied)));
  }

  @Test
  void theLastSettingVariesFastest() {
    Sweep sweep = all(Map.of("epochs", "7"), "learning-rate=0.1,0.01", "hidden=3,64x2,5");
    assertEquals(
        List.of(
            "learning-rate=0.1, hidden=3",
            "learning-rate=0.1, hidden=64x2",
            "learning-rate=0.1, hidden=5",
            "learning-rate=0.01, hidden=3",
            "learning-rate=0.01, hidden=64x2",
            "learning-rate=0.01, hidden=5"),
        sweep.cells().stream().map(Sweep.Cell::text).toList());
    assertEquals(
        List.of("001", "002", "003", "004", "005", "006"),
        sweep.cells().stream().map(Sweep.Cell::name).toList());
    Settings last = sweep.cells().get(5).settings();
    assertEquals(Settings.parse(sweep.cells().get(5).settings().texts()), last);
    assertEquals(0.01, last.fit().learningRate());
    assertEquals(7, last.fit().epochs());
    assertEquals(List.of(5), last.net().hidden().units());
  }

  @Test
  void aRangeIsAllWholeNumbersInIt() {
    assertEquals(
        IntStream.rangeClosed(0, 31).mapToObj(Integer::toString).toList(),
        Varied.parse("seed=0..31").values());
    assertEquals("seed=0..31", Varied.parse("seed=0..31").toString());
    assertEquals(
        "seed=7,0,1,5..7,07",
        new Varied("seed", List.of("7", "0", "1", "5", "6", "7", "07")).toString());
    assertEquals(List.of("5", "7", "8", "9"), Varied.parse("hidden=5,7..9").values());
    assertEquals(List.of("4"), Varied.parse("hidden=4..4").values());
  }

  /** A value of a setting may hold what else ends a name. */
  @Test
  void onlyTheFirstSignOfEqualityParts() {
    assertEquals(
        List.of("none", "mine=com.example.MyNorm"),
        Varied.parse("arms=none,mine=com.example.MyNorm").values());
  }

  @Test
  void semicolonsPartValuesThatHoldCommas() {
    Varied hidden = Varied.parse("hidden=64,32; 300;2x3");
    assertEquals(List.of("64,32", "300", "2x3"), hidden.values());
    assertEquals("hidden=64,32;300;2x3", hidden.toString());
    Sweep sweep = all(Map.of(), hidden.toString(), "arms=batch-norm,none;layer-norm");
    assertEquals(List.of(64, 32), sweep.cells().get(0).settings().net().hidden().units());
    assertEquals(
        List.of("batch-norm", "none"),
        sweep.cells().get(0).settings().net().arms().stream().map(Arm::id).toList());
    assertEquals("hidden=300, arms=layer-norm", sweep.cells().get(3).text());
    assertEquals(List.of("1", "4", "5"), Varied.parse("seed=1;4..5").values());
    assertEquals("seed=1,4,5", Varied.parse("seed=1;4..5").toString());
    assertEquals("hidden=1..3;4,4", Varied.parse("hidden=1;2;3;4,4").toString());
  }

  @Test
  void someCombinationsAreThoseOfAll() {
    List<Varied> varied = varied("seed=0..3", "hidden=3,4,5");
    Sweep some = Sweep.of(Map.of(), varied, new int[] {1, 6, 11});
    assertEquals(
        List.of("seed=0, hidden=4", "seed=2, hidden=3", "seed=3, hidden=5"),
        some.cells().stream().map(Sweep.Cell::text).toList());
    assertEquals(
        List.of("cells/001", "cells/002", "cells/003"),
        some.cells().stream().map(Sweep.Cell::folder).toList());
  }

  @Test
  void theNamesOfManyCellsHaveOneLength() {
    List<String> names =
        all(Map.of(), "seed=0..1499").cells().stream().map(Sweep.Cell::name).toList();
    assertEquals("0001", names.get(0));
    assertEquals("1500", names.get(1499));
    assertEquals(names.stream().sorted().toList(), names);
  }

  @Test
  void whatDoesNotVaryIsTheBase() {
    Sweep sweep = all(Map.of("epochs", "7"), "hidden=3,4", "arms=none,batch-norm");
    assertEquals(7, sweep.base().get("epochs"));
    assertTrue(sweep.base().containsKey("threads"), "on another machine it would be another");
    assertTrue(!sweep.base().containsKey("hidden") && !sweep.base().containsKey("arms"));
    assertEquals(List.of("none", "batch-norm"), sweep.arms().stream().map(Arm::id).toList());
    assertEquals(7, sweep.cells().get(0).epochs());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hidden | '' | --vary | 'hidden'",
        "=3 | '' | --vary | '=3'",
        "hidden= | '' | --vary | a value at each place",
        "hidden=3,,4 | '' | --vary | a value at each place",
        "hidden=3,4,3 | '' | --vary | not 3 twice",
        "hidden=64,64 | '' | --vary | values that hold commas are parted by semicolons",
        "hidden=64,64; | '' | --vary | a value at each place",
        "seed=0..4,2 | '' | --vary | not 2 twice",
        "seed=4..0 | '' | --vary | from a lower to a higher",
        "seed=0..900000000 | '' | --vary | from a lower to a higher",
        "seed=0..99999 | hidden=3,4 | --vary | no more than 100000",
        "hidden=3,4 | hidden=5 | --vary | not hidden twice",
        "epochs=3,4 | '' | --vary | what --epochs sets",
        "learning-rate=0.001,1e-3 | '' | --vary | 1e-3 is the same as 0.001",
        "learning-rate=0.1,0 | '' | --learning-rate | '0.0'",
        "hidden=3,x | '' | --hidden | 'x'",
        "hiden=3,4 | '' | --hiden | is no setting",
        "target=a,b | '' | --target | needs --data",
        "train-size=1,5 | '' | --train-size | '1'",
      })
  void whatMakesNoStudyIsRefused(String first, String second, String option, String part) {
    String[] texts = second.isEmpty() ? new String[] {first} : new String[] {first, second};
    SettingException refused =
        assertThrows(SettingException.class, () -> all(Map.of("epochs", "7"), texts));
    assertTrue(refused.getMessage().startsWith(option + " "), refused.getMessage());
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }

  @Test
  void somethingMustVary() {
    assertTrue(
        assertThrows(SettingException.class, () -> Sweep.size(List.of()))
            .getMessage()
            .startsWith("--vary must say what varies"));
  }

  /** Combinations are checked together: each value alone would do. */
  @Test
  void twoValuesThatDoNotGoTogetherAreRefused() {
    SettingException refused =
        assertThrows(
            SettingException.class, () -> all(Map.of(), "seed=0,2147483647", "replicas=1,2"));
    assertTrue(refused.getMessage().startsWith("--replicas "), refused.getMessage());
  }
}
