package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.interactions.Actions;

/** The export that is kept, in a real browser. */
class NotebookInBrowserTest extends InBrowser {

  private static final Path EXPORT = Path.of("notebooks-export/batch_norm.html").toAbsolutePath();

  private static final String BACKGROUND =
      "return getComputedStyle(document.querySelector('%s')).%s";

  private static void open() throws Exception {
    visit(EXPORT);
    scrollThrough();
  }

  @ParameterizedTest
  @CsvSource({"1280,light", "1280,dark", "360,light", "360,dark"})
  void itIsWholeAtEachWidthInTheLightAndInTheDark(int width, String scheme) throws Exception {
    screen(width, 800, width < 600);
    prefer(scheme);
    open();

    assertNothingFromTheNetwork();
    assertNothingInTheConsole();
    // Formulas.
    assertTrue((Long) js("return document.querySelectorAll('.formula').length") >= 20);
    assertEquals(0L, js("return document.querySelectorAll('.katex-error').length"));
    assertEquals(
        true,
        js(
            "return [...document.querySelectorAll('.formula')].every(f =>"
                + " f.querySelector('.katex-html').getBoundingClientRect().height > 5)"));
    assertEquals(
        true,
        js(
            "return [...document.fonts].filter(f => f.family.startsWith('KaTeX'))"
                + ".some(f => f.status === 'loaded') && document.fonts.check('16px KaTeX_Math')"));
    // Figures: scrollThrough has seen points in every one.
    assertTrue((Long) js("return document.querySelectorAll('.js-plotly-plot').length") >= 8);
    // Nothing is wider than the screen; what is scrolls by itself.
    assertEquals(
        js("return document.documentElement.clientWidth"),
        js("return document.documentElement.scrollWidth"));
    assertEquals(
        scheme.equals("dark") ? "rgb(21, 24, 28)" : "rgb(255, 255, 255)",
        js(String.format(BACKGROUND, "body", "backgroundColor")));
    assertEquals(
        scheme.equals("dark") ? "rgb(21, 24, 28)" : "rgb(255, 255, 255)",
        js(String.format(BACKGROUND, ".js-plotly-plot .main-svg", "backgroundColor")));
  }

  @Test
  void theFigureOfTheArticleHasFourCurvesAndZooms() throws Exception {
    open();
    String id =
        (String)
            js(
                "return [...document.querySelectorAll('.js-plotly-plot')].find(p =>"
                    + " p._fullData.map(t => t.name).join() === 'train with BN,test with BN,"
                    + "train without BN,test without BN').id");
    js("document.getElementById('" + id + "').scrollIntoView({block: 'center'})");
    assertEquals(
        List.of("log", "linear"),
        js(
            "const plot = document.getElementById('"
                + id
                + "'); return [plot._fullLayout.yaxis.type, plot._fullLayout.xaxis.type]"));

    new Actions(browser)
        .moveToElement(browser.findElement(By.cssSelector("#" + id + " .nsewdrag")))
        .clickAndHold()
        .moveByOffset(150, 60)
        .release()
        .perform();

    await(
        "a narrower axis",
        "(() => { const [from, to] = document.getElementById('"
            + id
            + "')._fullLayout.xaxis.range; return to - from < 500; })()");
  }

  @Test
  void theContentsLeadToTheTenSections() throws Exception {
    open();

    assertEquals(
        "1 2 3 4 5 6 7 8 9 10",
        js(
            "return [...document.querySelectorAll('.contents a')].filter(a =>"
                + " document.querySelector(a.getAttribute('href')).textContent === a.textContent)"
                + ".map(a => a.textContent.split('.')[0]).join(' ')"));
  }

  /** Where no script runs, a reader sees the images. */
  @Test
  void eachFigureHasAnImageInItsPlace() throws Exception {
    String page = java.nio.file.Files.readString(EXPORT);

    assertTrue(page.split("<div class=\"plot\"", -1).length > 8);
    assertEquals(
        page.split("<div class=\"plot\"", -1).length,
        page.split("<div class=\"plot\" id=\"figure-\\d+\"><img ", -1).length);
  }
}
