package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.study.Sweep;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

class SweepInBrowserTest extends InBrowser {
  private static final Sweeps.Losses LOSSES =
      (cell, arm, replica) ->
          (1 + 0.1 * replica)
              * (arm.normalizes() ? 1 : 3 * Integer.parseInt(cell.name()))
              * (cell.name().equals("002") ? 100 : 1);

  private static void open(String... varied) throws Exception {
    Sweep sweep = Sweeps.of(8, "batch-norm,layer-norm,none", varied);
    Path file = folder.resolve("sweep.html");
    SweepReport.write(sweep, Sweeps.results(sweep, LOSSES), "sweep", file);
    visit(file);
  }

  private static List<String> texts(String selector) {
    return browser.findElements(By.cssSelector(selector)).stream()
        .map(WebElement::getText)
        .toList();
  }

  private static void click(String selector) {
    browser.findElement(By.cssSelector(selector)).click();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "learning-rate=0.0001,0.001,0.01",
        "hidden=3,64x2,5",
        "activation=relu,tanh,gelu",
        "seed=0..4"
      })
  void theLinesShow(String varied) throws Exception {
    open(varied);
    scrollThrough();
    assertEquals(3L, js("return document.querySelectorAll('.plot').length"));
    assertEquals(
        List.of(3L + 3, 3L + 3, 3L + 3),
        js(
            "return [...document.querySelectorAll('.plot')]"
                + ".map(p => p.querySelectorAll('.scatterlayer .trace').length)"),
        "a line and a band for each arm");
    assertEquals(
        varied.startsWith("learning-rate") ? "log" : "linear",
        js("return document.getElementById('sweep_0')._fullLayout.xaxis.type"));
    assertNothingInTheConsole();
    assertNothingFromTheNetwork();
  }

  @Test
  void valuesThatAreNoNumbersHaveTheirNamesOnTheAxis() throws Exception {
    open("activation=relu,tanh,gelu");
    scrollThrough();
    assertEquals(List.of("relu", "tanh", "gelu"), texts("#sweep_0 .xtick text"));
  }

  @Test
  void theTableSortsByAnyColumn() throws Exception {
    open("learning-rate=0.1,0.001,0.01", "hidden=30,300");
    String cells = "#cells tbody th";
    assertEquals(List.of("001", "002", "003", "004", "005", "006"), texts(cells));
    click("#cells thead th:nth-child(2) button");
    assertEquals(List.of("003", "004", "005", "006", "001", "002"), texts(cells));
    click("#cells thead th:nth-child(4) button"); // The best test loss of batch norm.
    assertEquals("002", texts(cells).get(5), "numbers are sorted as numbers");
    click("#cells thead th:nth-child(4) button");
    assertEquals("002", texts(cells).get(0));
    assertEquals(
        List.of("best test loss, batch-norm"),
        List.of(
            browser
                .findElement(By.cssSelector("#cells [aria-sort=descending] button"))
                .getAttribute("textContent")));
    assertTrue(
        browser
            .findElement(By.cssSelector(cells + " a"))
            .getAttribute("href")
            .endsWith("/cells/002/report.html"));
    assertNothingInTheConsole();
    assertNothingFromTheNetwork();
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void theMapsAreShadedAndCanBeRead(String scheme) throws Exception {
    prefer(scheme);
    open("learning-rate=0.1,0.001", "hidden=30,300");
    assertEquals(3 * 3L, js("return document.querySelectorAll('.heat-map').length"));
    assertEquals(
        true,
        js(
            "const shades = [...document.querySelectorAll('.heat-map td')]"
                + ".map(td => getComputedStyle(td).backgroundColor);"
                + "return new Set(shades).size > 3"),
        "shades differ");
    assertEquals(
        js("return getComputedStyle(document.body).color"),
        js("return getComputedStyle(document.querySelector('.heat-map a')).color"),
        "links have the ink of the page");
    assertNothingInTheConsole();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hidden=30,300,3000", "hidden=30,300,3000;seed=0..9"})
  void itFitsOnAPhone(String varied) throws Exception {
    screen(360, 740, true);
    open(varied.split(";"));
    assertEquals(360L, js("return document.documentElement.scrollWidth"));
    assertNothingInTheConsole();
  }
}
