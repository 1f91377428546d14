package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.StudyResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** Labels of axes and of colour bars, in fonts of several widths. */
class LabelsInBrowserTest extends InBrowser {

  /** The only fonts that the browser has, where Debian and Ubuntu have them. */
  private enum Fonts {
    DEJAVU("dejavu", "DejaVuSans.ttf", "DejaVu Sans", ""),
    NOTO("noto", "NotoSans-Regular.ttf", "Noto Sans", ""),
    /** A reader who needs large print. */
    WIDE(
        "dejavu",
        "DejaVuSans.ttf",
        "DejaVu Sans",
        "text { font-size: 16px !important; letter-spacing: 1px !important; }");

    private final Path files;
    private final String oneFile;
    private final String family;
    private final String style;

    Fonts(String files, String oneFile, String family, String style) {
      this.files = Path.of("/usr/share/fonts/truetype", files);
      this.oneFile = oneFile;
      this.family = family;
      this.style = style;
    }

    /** Opens a browser with these fonts. */
    void open() throws Exception {
      boolean installed = Files.exists(files.resolve(oneFile));
      if (System.getenv("CI") != null) {
        assertTrue(installed, "on CI there must be the fonts in " + files);
      }
      assumeTrue(installed, "Skipped, because there are no fonts in " + files + ".");
      Path configuration = folder.resolve(name() + ".conf");
      Files.writeString(
          configuration,
          """
          <?xml version="1.0"?>
          <!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
          <fontconfig>
            <dir>%s</dir>
            <cachedir>%s</cachedir>
            <match target="pattern">
              <edit name="family" mode="prepend" binding="strong"><string>%s</string></edit>
            </match>
          </fontconfig>
          """
              .formatted(files, folder.resolve("font-cache"), family));
      openBrowser(Map.of("FONTCONFIG_FILE", configuration.toString()));
    }

    /** Shows a page in these fonts, with all of its figures. */
    void show(String html) throws Exception {
      Path page = folder.resolve("labels.html");
      Files.writeString(page, html.replace("</style>", style + "</style>"));
      visit(page);
      js(PROBLEMS);
      scrollThrough();
      assertEquals(List.of(family), families("#losses .xtick text"));
    }
  }

  /** The fonts that the browser has drawn the first such element in. */
  private static List<?> families(String selector) {
    for (String domain : List.of("DOM", "CSS")) {
      browser.executeCdpCommand(domain + ".enable", Map.of());
    }
    var root = (Map<?, ?>) browser.executeCdpCommand("DOM.getDocument", Map.of()).get("root");
    Object node =
        browser
            .executeCdpCommand(
                "DOM.querySelector", Map.of("nodeId", root.get("nodeId"), "selector", selector))
            .get("nodeId");
    var fonts =
        (List<?>)
            browser
                .executeCdpCommand("CSS.getPlatformFontsForNode", Map.of("nodeId", node))
                .get("fonts");
    return fonts.stream().map(font -> ((Map<?, ?>) font).get("familyName")).toList();
  }

  /**
   * Defines what there is to find fault with: a label with more than a pixel of its neighbour in
   * it, a slanted label, an axis with fewer than two labels. A colour bar may have one.
   */
  private static final String PROBLEMS =
      """
      window.problems = () => {
        const problems = [];
        for (const plot of document.querySelectorAll('.js-plotly-plot')) {
          const scales = { xtick: [], ytick: [] };
          for (const text of plot.querySelectorAll('g[class$=tick] text')) {
            // Plotly does not show what the edge would cut.
            if (text.style.opacity !== '0') {
              (scales[text.parentNode.getAttribute('class')] ??= []).push(text);
            }
          }
          for (const [scale, texts] of Object.entries(scales)) {
            const [low, high] = scale.startsWith('x') ? ['left', 'right'] : ['top', 'bottom'];
            const labels = texts
                .map(text => ({ text: text.textContent, ...text.getBoundingClientRect().toJSON() }))
                .sort((a, b) => a[low] - b[low]);
            const found = labels.slice(1)
                .map((label, i) => [labels[i], label])
                .filter(([a, b]) => a[high] > b[low] + 1)
                .map(([a, b]) => a.text + ' is in ' + b.text);
            if (texts.some(text => /rotate\\((?!0)/.test(text.getAttribute('transform')))) {
              found.push('slanted');
            }
            if (labels.length < (scale.startsWith('ycb') ? 1 : 2)) {
              found.push('only ' + labels.length);
            }
            problems.push(...found.map(problem => plot.id + ' ' + scale + ': ' + problem));
          }
        }
        return problems;
      };
      """;

  private static final int[] WIDTHS = {360, 768, 1280};

  private static Object problems() {
    return js("return problems()");
  }

  /** The labels of each figure. */
  private static Map<?, ?> labels() {
    return (Map<?, ?>)
        js(
            """
            return Object.fromEntries([...document.querySelectorAll('.js-plotly-plot')].map(
                plot => [plot.id, [...plot.querySelectorAll('g[class$=tick] text')].map(
                    text => text.textContent).sort().join()]));
            """);
  }

  /** Names the figures whose labels differ. */
  private static void assertTheSame(Map<?, ?> expected, Map<?, ?> actual) {
    assertEquals(
        List.of(),
        expected.keySet().stream()
            .filter(id -> !expected.get(id).equals(actual.get(id)))
            .map(id -> id + ": " + expected.get(id) + " became " + actual.get(id))
            .toList());
  }

  /** A report with all figures, over so many epochs that both losses reached two of the losses. */
  private static String evidence;

  @BeforeAll
  static void makeReport() throws Exception {
    evidence = HtmlReport.html(Studies.replicas(8, 5_000, Arms.BATCH_NORM, Arms.NONE));
  }

  private static void width(int width) {
    screen(width, 900, width < 500);
  }

  /** The windows of a reader are followed a little later. */
  private static void awaitWidth() throws InterruptedException {
    await(
        "figures as wide as their places",
        "[...document.querySelectorAll('.plot')].every(p =>"
            + " Math.abs(p._fullLayout.width - p.clientWidth) < 1)");
  }

  @Test
  void theFontsAreNotTheSame() throws Exception {
    Set<Object> widths = new HashSet<>();
    for (Fonts fonts : Fonts.values()) {
      fonts.open();
      fonts.show(evidence);
      widths.add(
          js(
              "return Math.max(...[...document.querySelectorAll('#losses .xtick text')]"
                  + ".filter(text => text.textContent === '1,000')"
                  + ".map(text => text.getBoundingClientRect().width))"));
    }
    assertEquals(Fonts.values().length, widths.size(), widths.toString());
  }

  /** Both axes of all figures to a part of their ranges, from 0 to 1. */
  private static void zoom(String part) {
    js(
        """
        const part = [%s];
        for (const plot of document.querySelectorAll('.plot')) {
          const ranges = ['xaxis', 'yaxis'].map(
              name => [name, plot._fullLayout[name].range.map(Number)]);
          plot.unzoomed ??= Object.fromEntries(
              ranges.map(([name, range]) => [name + '.range', [...range]]));
          Plotly.relayout(plot, Object.fromEntries(ranges.map(([name, [low, high]]) =>
              [name + '.range', part.map(share => low + share * (high - low))])));
        }
        """
            .formatted(part));
  }

  private static void zoomBack() {
    js("document.querySelectorAll('.plot').forEach(plot => Plotly.relayout(plot, plot.unzoomed))");
  }

  @ParameterizedTest
  @EnumSource
  void theyStandApart(Fonts fonts) throws Exception {
    fonts.open();
    for (int width : WIDTHS) {
      width(width);
      fonts.show(evidence);
      assertEquals(List.of(), problems(), "at " + width);

      // Less than a power of ten, around one, one and a half, for which Plotly by itself labels
      // each digit, and many.
      for (String powers : new String[] {"0.4, 0.9", "-0.1, 0.1", "-0.2, 1.3", "-12, 6"}) {
        js(PLOT + "Plotly.relayout(plot, { 'yaxis.range': [%s] })".formatted(powers));
        assertEquals(List.of(), problems(), powers + " at " + width);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theyStandApartAfterZooming(Fonts fonts) throws Exception {
    fonts.open();
    // Of all widths this has the narrowest figures.
    width(768);
    fonts.show(evidence);
    Map<?, ?> labels = labels();

    // To a fifth of what there was, a 25th, and then twice as much, as the toolbar zooms out.
    for (String part : new String[] {"0.4, 0.6", "0.4, 0.6", "-24.5, 25.5"}) {
      zoom(part);
      assertEquals(List.of(), problems(), part);
    }

    zoomBack();
    assertTheSame(labels, labels());
  }

  @Test
  void theyStandApartInEachFrame() throws Exception {
    Fonts.NOTO.open();
    width(1280);
    Fonts.NOTO.show(evidence);
    Map<?, ?> wide = labels();
    width(360);
    Fonts.NOTO.show(evidence);
    Map<?, ?> narrow = labels();
    assertNotEquals(wide, narrow);
    // Callbacks of frames are run right before the browser paints.
    js(
        """
        window.frames = 0;
        window.seen = new Set();
        function watch() {
          window.frames++;
          problems().forEach(problem => seen.add(problem));
          requestAnimationFrame(watch);
        }
        watch();
        """);

    width(1280);
    awaitWidth();
    assertTheSame(wide, labels());
    prefer("dark");
    await("dark", "plot._fullLayout.paper_bgcolor === '#15181c'");
    assertTheSame(wide, labels());
    width(360);
    awaitWidth();
    assertTheSame(narrow, labels());
    zoom("0.4, 0.6");
    assertNotEquals(narrow, labels());
    zoomBack();
    assertTheSame(narrow, labels());
    await("another frame", "(window.last ??= window.frames) < window.frames");

    assertEquals(List.of(), js("return [...seen]"));
    assertNothingInTheConsole();
  }

  @Test
  void theyFollowThePointer() throws Exception {
    Fonts.NOTO.open();
    width(1280);
    Fonts.NOTO.show(evidence);
    Object before = labels().get("change");
    WebElement figure = browser.findElement(By.cssSelector("#change .nsewdrag"));
    js("document.getElementById('change').scrollIntoView({block: 'center'})");

    new Actions(browser)
        .moveToElement(figure)
        .clickAndHold()
        .moveByOffset(60, 30)
        .release()
        .perform();

    assertNotEquals(before, labels().get("change"));
    assertEquals(List.of(), problems());

    new Actions(browser).doubleClick(figure).perform();

    assertEquals(before, labels().get("change"));
  }

  @Test
  void aSavedPictureHasTheSame() throws Exception {
    Fonts.NOTO.open();
    width(360);
    Fonts.NOTO.show(evidence);

    assertEquals(
        labels(),
        browser.executeAsyncScript(
            """
            const done = arguments[0];
            const plots = [...document.querySelectorAll('.plot')];
            Promise.all(plots.map(async plot => {
              const url = await Plotly.toImage(
                  plot, { ...plot._context.toImageButtonOptions, format: 'svg' });
              const svg = decodeURIComponent(url.slice(url.indexOf(',') + 1));
              const picture = new DOMParser().parseFromString(svg, 'image/svg+xml');
              return [plot.id, [...picture.querySelectorAll('g[class$=tick] text')].map(
                  text => text.textContent).sort().join()];
            })).then(pairs => done(Object.fromEntries(pairs)));
            """));
  }

  @ParameterizedTest
  @EnumSource
  void theyStandApartInAComparison(Fonts fonts) throws Exception {
    fonts.open();
    Map<String, StudyResult> runs = new LinkedHashMap<>();
    runs.put("one", Studies.replicas(8, 2_000, Arms.BATCH_NORM, Arms.NONE));
    runs.put("two", Studies.replicas(8, 100_000, Arms.NONE));
    String comparison = ComparisonReport.html(runs);
    for (int width : WIDTHS) {
      width(width);
      fonts.show(comparison);
      assertEquals(List.of(), problems(), "at " + width);
    }
  }
}
