package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.run.Study;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

class ReportInBrowserTest extends InBrowser {

  private static final String EVIL = "</code></script><script>document.title = 'hacked'</script>";

  private static void load(StudyResult result) throws Exception {
    Path file = folder.resolve("report.html");
    HtmlReport.write(result, file);
    visit(file);
  }

  private static void open(StudyResult result) throws Exception {
    load(result);
    js(PLOT + "plot.scrollIntoView()"); // On a phone the answer is longer than two screens.
    await("the legend", "!!plot.querySelector('.legend .traces')");
  }

  private static StudyResult article() {
    return Studies.of(5_000, Arms.BATCH_NORM, Arms.NONE);
  }

  @Test
  void theFigureIsTheArticles() throws Exception {
    open(article());

    assertEquals(
        List.of("train with BN", "test with BN", "train without BN", "test without BN"),
        js(PLOT + "return plot._fullData.map(t => t.name)"));
    assertEquals(
        List.of("#d92b2f", "#d92b2f", "#2a6be0", "#2a6be0"),
        js(PLOT + "return plot._fullData.map(t => t.line.color)"));
    assertEquals(
        List.of("solid", "dash", "solid", "dash"),
        js(PLOT + "return plot._fullData.map(t => t.line.dash)"));
    assertEquals(
        List.of("log", "linear"),
        js(PLOT + "return [plot._fullLayout.yaxis.type, plot._fullLayout.xaxis.type]"));
    assertEquals(
        List.of("epoch", "loss"),
        js("return ['.xtitle', '.ytitle'].map(s => document.querySelector(s).textContent)"));
    assertEquals(
        List.of("train with BN", "test with BN", "train without BN", "test without BN"),
        browser.findElements(By.cssSelector("#losses .legend .legendtext")).stream()
            .filter(WebElement::isDisplayed)
            .map(WebElement::getText)
            .toList());
  }

  @Test
  void theCurvesHoldTheLosses() throws Exception {
    var result = article();
    open(result);

    // 5,000 epochs are thinned, but the first and the last point stay, as numbers.
    double[] losses = result.arms().get(1).testLoss()[0];
    var first = (Map<?, ?>) js(PLOT + "const {x, y} = plot.calcdata[3][0]; return {x, y}");
    var last = (Map<?, ?>) js(PLOT + "const {x, y} = plot.calcdata[3].at(-1); return {x, y}");
    assertEquals(0, ((Number) first.get("x")).intValue());
    assertEquals(losses[0], ((Number) first.get("y")).doubleValue(), 1e-4 * losses[0]);
    assertEquals(4_999, ((Number) last.get("x")).intValue());
    assertEquals(losses[4_999], ((Number) last.get("y")).doubleValue(), 1e-4 * losses[4_999]);
    assertEquals(
        4L, js("return document.querySelectorAll('#losses .scatterlayer .js-line').length"));
  }

  @Test
  void aClickOnALegendEntryHidesItsCurve() throws Exception {
    open(article());

    browser.findElements(By.cssSelector("#losses .legend .legendtoggle")).get(1).click();

    await("a hidden curve", "plot._fullData[1].visible === 'legendonly'");
    await(
        "three drawn curves",
        "document.querySelectorAll('#losses .scatterlayer .js-line').length === 3");
  }

  @Test
  void draggingZooms() throws Exception {
    open(article());
    js(PLOT + "plot.scrollIntoView({block: 'center'})");

    new Actions(browser)
        .moveToElement(browser.findElement(By.cssSelector(".nsewdrag")))
        .clickAndHold()
        .moveByOffset(200, 100)
        .release()
        .perform();

    await("a narrower axis", "plot._fullLayout.xaxis.range[0] > 2000");
  }

  @Test
  void itAsksForNothingFromTheNetworkAndReportsNoError() throws Exception {
    open(article());

    assertNothingInTheConsole();
    assertNothingFromTheNetwork();
  }

  @Test
  void itFitsOnAPhone() throws Exception {
    screen(360, 740, true);
    open(Studies.of(5_000, Arms.values()));

    assertEquals(360L, js("return document.documentElement.scrollWidth"));
    assertEquals(
        true,
        js(
            PLOT
                + "const bottom = e => plot.querySelector(e).getBoundingClientRect().bottom;"
                + "const top = e => plot.querySelector(e).getBoundingClientRect().top;"
                + "return top('.legend') >= bottom('.xtitle') && top('.legend') > bottom('.bglayer')"
                + " && bottom('.legend') <= plot.getBoundingClientRect().bottom"),
        "the legend is below the plot");
    assertEquals(
        true,
        js(
            "const table = document.querySelector('.results').parentElement;"
                + "return table.scrollWidth > table.clientWidth"),
        "the wide table scrolls by itself");
  }

  /** The colour at the right edge of the table of results, above the text in it. */
  private static int edge() throws Exception {
    var place =
        (List<?>)
            js(
                "const table = document.querySelector('.results').parentElement;"
                    + "table.scrollIntoView({block: 'center'});"
                    + "const {right, top} = table.getBoundingClientRect();"
                    + "return [Math.round(right) - 1, Math.round(top) + 2]");
    byte[] png = browser.getScreenshotAs(OutputType.BYTES);
    return ImageIO.read(new ByteArrayInputStream(png))
        .getRGB(((Number) place.get(0)).intValue(), ((Number) place.get(1)).intValue());
  }

  @Test
  void aTableThatGoesOnHasAShadowAtItsEdge() throws Exception {
    int page = 0xffffffff;
    screen(360, 740, true);
    open(Studies.of(100, Arms.values()));
    assertNotEquals(page, edge(), "more to see on the right");

    js("document.querySelector('.results').parentElement.scrollLeft = 1e6");
    assertEquals(page, edge(), "the end");

    screen(1280, 900, false);
    open(article());
    assertEquals(page, edge(), "all of it is seen");
  }

  @Test
  void aFingerOnTheFigureScrollsThePage() throws Exception {
    screen(360, 740, true);
    open(article());

    assertEquals(
        false,
        js(
            "const target = document.querySelector('.nsewdrag');"
                + "const touches = [new Touch({identifier: 0, target, clientX: 200, clientY: 400})];"
                + "const start = new TouchEvent('touchstart',"
                + " {touches, changedTouches: touches, cancelable: true, bubbles: true});"
                + "target.dispatchEvent(start); return start.defaultPrevented"));
  }

  @Test
  void theFigureFollowsThePreferenceForLightOrDark() throws Exception {
    open(article());
    assertEquals("#ffffff", js(PLOT + "return plot._fullLayout.paper_bgcolor"));

    prefer("dark");

    await("a dark figure", "plot._fullLayout.paper_bgcolor === '#15181c'");
    assertEquals(
        List.of("rgb(21, 24, 28)", "#15181c", "#e4e7eb", "#2a2f36"),
        js(
            PLOT
                + "return [getComputedStyle(document.body).backgroundColor,"
                + " plot._fullLayout.plot_bgcolor, plot._fullLayout.font.color,"
                + " plot._fullLayout.yaxis.gridcolor]"));

    prefer("light");

    await("a light figure", "plot._fullLayout.paper_bgcolor === '#ffffff'");
  }

  @Test
  void valuesAreShownAndNotRun() throws Exception {
    open(Studies.of(EVIL, EVIL, 10, Arms.NONE));

    assertEquals(EVIL, browser.findElement(By.cssSelector("pre code")).getText());
    assertFalse(browser.getTitle().contains("hacked"));
    assertNothingInTheConsole();
  }

  @Test
  void aCurvesNameIsShownAsItIs() throws Exception {
    open(Studies.of(10, Arms.NONE));
    String name = "</script><b>\\ 'single' \"double\" & more";
    var curve = Curve.of(name, "#000000", false, new double[] {2, 1}, 10);

    js(
        "document.body.insertAdjacentHTML('beforeend', '<div id=other></div>');"
            + Scripts.of(LossFigure.figure(List.of(curve), List.of()), "other"));

    assertEquals(name, js("return document.querySelector('#other .legendtext').textContent"));
  }

  @Test
  void lossesThatAreNoNumbersAreGaps() throws Exception {
    double nan = Double.NaN;
    double infinite = Double.POSITIVE_INFINITY;
    open(
        Studies.of(
            Studies.result(
                Arms.NONE, new double[] {3, 2, nan, 2, 1}, new double[] {3, 0, -1, infinite, 1}, 1),
            Studies.result(
                Arms.BATCH_NORM,
                new double[] {nan, nan, nan, nan, nan},
                new double[] {9, infinite, nan, nan, nan},
                1)));

    String drawn =
        PLOT
            + "return plot.calcdata.map(points => points.filter("
            + "p => p.x !== undefined && Number.isFinite(p.y)).map(p => p.x).join())";
    assertEquals(List.of("0,1,3,4", "0,4", "", "0"), js(drawn));
    assertNothingInTheConsole();
  }

  private static StudyResult evidence() {
    return Studies.replicas(8, 2_000, Arms.BATCH_NORM, Arms.NONE);
  }

  @Test
  void everyFigureIsDrawnWhenItComesNear() throws Exception {
    open(evidence());
    assertTrue((Long) js("return document.querySelectorAll('.plot-message').length") > 0, "lazy");

    scrollThrough();

    assertTrue((Long) js("return document.querySelectorAll('.plot').length") > 30);
    assertNothingInTheConsole();
    assertEquals(
        List.of(),
        js(
            "return performance.getEntriesByType('resource').map(e => e.name)"
                + ".filter(name => !/^(file|data|blob):/.test(name))"));
  }

  /** A single epoch is a single point in each figure, which a line alone would not show. */
  @Test
  void oneEpochLeavesNoFigureEmpty() throws Exception {
    open(
        Study.run(
            Settings.defaults()
                .with("epochs", 1)
                .with("hidden", 5)
                .with("train-size", 20)
                .with("test-size", 5)));
    scrollThrough();

    assertEquals(
        List.of(),
        js(
            "const seen = plot => plot.querySelector('.point, .heatmaplayer image')"
                + " || [...plot.querySelectorAll('.js-line')].some(l => l.getTotalLength() > 0);"
                + "return [...document.querySelectorAll('.plot')].filter(plot => !seen(plot))"
                + ".map(plot => plot.id)"));
    assertNothingInTheConsole();
  }

  @Test
  void whatWasReachedHasAPointAndWhatWasNotATriangle() throws Exception {
    double[] low = {9, 1, 0.1, 0.05};
    double[] high = {9, 2, 1, 0.5};
    Path file = folder.resolve("report.html");
    HtmlReport.write(
        Studies.of(
            Studies.result(Arms.BATCH_NORM, low, low, 1), Studies.result(Arms.NONE, high, high, 1)),
        Thresholds.parse("1,0.1,0.05,0.02"),
        file);
    visit(file);
    scrollThrough();

    assertEquals(
        List.of("1", "0.1", "0.05"),
        js(
            "return [...document.querySelectorAll('#epochs_train .xtick text')]"
                + ".map(text => text.textContent)"));
    // Three that the first network reached and one of the second; two triangles for the others.
    assertEquals(6L, js("return document.querySelectorAll('#epochs_train .point').length"));
  }

  @Test
  void evidenceFitsOnAPhone() throws Exception {
    screen(360, 740, true);
    load(evidence());

    scrollThrough();

    assertEquals(360L, js("return document.documentElement.scrollWidth"));
  }

  @Test
  void theButtonShowsSingleReplicas() throws Exception {
    open(evidence());
    String drawn = "document.querySelectorAll('#losses .scatterlayer .js-line').length";
    String wider = "plot._fullData.filter(t => t.visible === true).length === ";
    // Four medians and four bands; the single replicas are one trace for each of the four.
    await("medians and bands", wider + "8");
    long before = (Long) js("return " + drawn);

    browser.findElement(By.cssSelector(".toggle")).click();

    await("single replicas", wider + "12");
    await("their lines", drawn + " > " + before);
    assertEquals(
        "true", browser.findElement(By.cssSelector(".toggle")).getDomAttribute("aria-pressed"));

    browser.findElement(By.cssSelector(".toggle")).click();

    await("medians and bands again", wider + "8");
  }

  @Test
  void anInterruptedRunSaysSoFirst() throws Exception {
    StudyResult whole = Studies.of(500, Arms.BATCH_NORM, Arms.NONE);
    open(
        new StudyResult(
            whole.settings().with("epochs", 800),
            whole.arms(),
            List.of(),
            List.of(),
            whole.provenance()));
    assertEquals(
        "This run was interrupted. Shown are the first 500 of 800 epochs.",
        browser.findElement(By.cssSelector("header .notes")).getText());
  }

  @Test
  void aBrowserThatIsTooOldSaysSo() throws Exception {
    Object script =
        browser
            .executeCdpCommand(
                "Page.addScriptToEvaluateOnNewDocument",
                Map.of("source", "delete window.DecompressionStream"))
            .get("identifier");
    try {
      load(Studies.of(10, Arms.NONE));

      await("the message", "plot.textContent.includes('This browser is too old')");
      assertNull(js("return document.querySelector('.js-plotly-plot')"));
      assertNothingInTheConsole();
    } finally {
      browser.executeCdpCommand(
          "Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", script));
    }
  }
}
