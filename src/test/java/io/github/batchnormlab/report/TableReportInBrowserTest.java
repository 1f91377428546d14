package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Task;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.interactions.Actions;

class TableReportInBrowserTest extends InBrowser {

  private static void open(StudyResult result) throws Exception {
    Path file = folder.resolve("table.html");
    HtmlReport.write(result, file);
    visit(file);
  }

  private static StudyResult study(Task task, List<String> targets, List<String> classes) {
    DataFacts facts = TableStudies.facts(task, targets, classes);
    return TableStudies.realistic(facts, 8, 300, Arms.BATCH_NORM, Arms.LAYER_NORM, Arms.NONE);
  }

  @Test
  void everyFigureIsDrawn() throws Exception {
    open(study(Task.REGRESSION, List.of("price", "age"), List.of()));
    scrollThrough();
    assertEquals(2L, js("return document.querySelectorAll('[id^=metric_]').length"));
    assertEquals(6L, js("return document.querySelectorAll('[id^=predicted_]').length"));

    open(study(Task.CLASSIFICATION, List.of("kind"), List.of("cheap", "dear")));
    scrollThrough();
    assertEquals(1L, js("return document.querySelectorAll('[id^=metric_]').length"));
    assertEquals(3L, js("return document.querySelectorAll('table.confusion').length"));
    assertNothingInTheConsole();
    assertNothingFromTheNetwork();
  }

  @Test
  void itFitsOnAPhone() throws Exception {
    screen(360, 740, true);
    for (StudyResult result :
        List.of(
            study(Task.REGRESSION, List.of("price", "x".repeat(100)), List.of()),
            study(
                Task.CLASSIFICATION,
                List.of("x".repeat(100)),
                TableStudies.names("y".repeat(100), 30)))) {
      open(result);
      scrollThrough();
      assertEquals(360L, js("return document.documentElement.scrollWidth"));
    }
  }

  /** With all networks beside each other, a table goes on beyond the page, in a box of its own. */
  @Test
  void noHeadOfATableIsBrokenWithinAWord() throws Exception {
    DataFacts facts =
        TableStudies.facts(Task.CLASSIFICATION, List.of("kind"), List.of("cheap", "dear"));
    StudyResult all = TableStudies.realistic(facts, 8, 60, Arms.values()); // Of all there are.
    for (int width : new int[] {1280, 400, 360}) {
      screen(width, 740, width < 1280);
      open(all);
      assertEquals(
          0L,
          js("return document.documentElement.scrollWidth - document.documentElement.clientWidth"));
      assertEquals(
          List.of(),
          js(
              """
              const broken = [];
              document.querySelectorAll('details').forEach(details => details.open = true);
              for (const head of document.querySelectorAll('.results th')) {
                const walk = document.createTreeWalker(head, NodeFilter.SHOW_TEXT);
                for (let text = walk.nextNode(); text !== null; text = walk.nextNode()) {
                  for (const word of text.data.matchAll(/[^\\s-]+/g)) {
                    const range = document.createRange();
                    range.setStart(text, word.index);
                    range.setEnd(text, word.index + word[0].length);
                    if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) {
                      broken.push(word[0]);
                    }
                  }
                }
              }
              return broken;
              """),
          width + " pixels");
    }
  }

  /** Plotly makes bold text and links of some of HTML's elements. */
  @Test
  void namesAreTextInFiguresToo() throws Exception {
    open(
        study(
            Task.REGRESSION,
            List.of("<b>x</b>", "<a href='x'>", "'\"\\ ${x}", TableReportTest.HOSTILE),
            List.of()));
    scrollThrough();

    assertEquals(
        List.of("true <b>x</b>", "true <a href='x'>", "true '\"\\ ${x}"),
        js(
            "return [0, 1, 2].map(i => document.querySelector("
                + "`#predicted_${i}_none .xtitle`).textContent)"));
    assertEquals(
        0L, js("return document.querySelectorAll('.plot svg a, .plot tspan[style*=bold]').length"));
    assertNothingInTheConsole();
  }

  @Test
  void aDoubleClickShowsWhatAnAxisLeavesOut() throws Exception {
    open(
        TableStudies.regression(
            TableStudies.arm(Arms.NONE, new double[][] {{400, 9, 8, 7, 6, 5, 4, 3, 2, 1}})));
    js("document.getElementById('metric_0').scrollIntoView({block: 'center'})");
    String from = "document.getElementById('metric_0')._fullLayout?.yaxis.range[0]";
    await("an axis from a little below 0", from + " > -1");

    new Actions(browser)
        .doubleClick(browser.findElement(By.cssSelector("#metric_0 .nsewdrag")))
        .perform();

    await("an axis from below R² of the first epoch", from + " < 1 - 400 / 10");
  }

  @Test
  void lossesThatNeverChangeAreDrawnOrLeaveAnEmptyFigure() throws Exception {
    open(TableReportTest.withLosses(2));
    scrollThrough();
    assertNothingInTheConsole();

    open(TableReportTest.withLosses(0));
    js("document.getElementById('losses').scrollIntoView()");
    await("the figure", "!!document.querySelector('#losses.js-plotly-plot')");
    assertTrue(
        (Boolean) js(PLOT + "return plot.querySelector('.scatterlayer .js-line[d]') === null"));
    assertNothingInTheConsole();
  }
}
