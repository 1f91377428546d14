package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.StudyResult;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

class ComparisonInBrowserTest extends InBrowser {

  /** Two runs of two arms; the second begins two seeds later. */
  private static void open() throws Exception {
    Map<String, StudyResult> runs = new LinkedHashMap<>();
    runs.put("one", Studies.replicas(8, 2_000, Arms.BATCH_NORM, Arms.NONE));
    runs.put("two", Studies.from(2, Studies.replicas(8, 1_500, Arms.BATCH_NORM, Arms.NONE)));
    Path file = folder.resolve("comparison.html");
    ComparisonReport.write(runs, file);
    visit(file);
    await("the legend", "!!plot.querySelector('.legend .traces')");
    scrollThrough();
  }

  private static List<String> texts(String selector) {
    return browser.findElements(By.cssSelector(selector)).stream()
        .map(WebElement::getText)
        .toList();
  }

  @Test
  void theFigureAndTheTablesAreThere() throws Exception {
    open();

    assertEquals(
        List.of(
            "train with BN, one",
            "test with BN, one",
            "train without BN, one",
            "test without BN, one",
            "train with BN, two",
            "test with BN, two",
            "train without BN, two",
            "test without BN, two"),
        texts("#losses .legend .legendtext"));
    assertEquals(
        8L, js("return document.querySelectorAll('#losses .scatterlayer .js-line').length"));
    assertEquals(
        List.of(
            "",
            "batch-norm (with BN), one",
            "none (without BN), one",
            "batch-norm (with BN), two",
            "none (without BN), two"),
        texts("[aria-labelledby=results-heading] thead tr > *"));
    // The same arm in both runs, then other arms of the two, then the arms of each run.
    assertEquals(
        List.of(
            "batch-norm (with BN), one compared to batch-norm (with BN), two: shared seeds 2 to 7",
            "none (without BN), one compared to none (without BN), two: shared seeds 2 to 7",
            "batch-norm (with BN), one compared to none (without BN), two: shared seeds 2 to 7",
            "none (without BN), one compared to batch-norm (with BN), two: shared seeds 2 to 7",
            "batch-norm (with BN), one compared to none (without BN), one: shared seeds 0 to 7",
            "batch-norm (with BN), two compared to none (without BN), two: shared seeds 2 to 9"),
        texts("summary"));
    assertNothingInTheConsole();
    assertNothingFromTheNetwork();
  }

  @Test
  void itFitsOnAPhone() throws Exception {
    screen(360, 740, true);
    open();

    assertEquals(360L, js("return document.documentElement.scrollWidth"));
    assertEquals(
        true,
        js(
            PLOT
                + "const box = e => plot.querySelector(e).getBoundingClientRect();"
                + "return box('.legend').top >= box('.xtitle').bottom"
                + " && box('.legend').bottom <= plot.getBoundingClientRect().bottom"
                + " && box('.nsewdrag').height > 150"),
        "the legend is below a plot that can still be read");
    assertNothingInTheConsole();
  }
}
