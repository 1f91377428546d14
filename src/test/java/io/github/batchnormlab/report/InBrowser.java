package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Tests in the Chromium that is installed; skipped where there is none. */
abstract class InBrowser {

  /** Kept here, because loggers that nobody holds forget their level. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static final String PLOT = "const plot = document.getElementById('losses');";

  @TempDir static Path folder;

  static ChromeDriver browser;

  @BeforeAll
  static void openBrowser() throws Exception {
    openBrowser(Map.of());
  }

  /** Opens a Chromium with these environment variables, in place of the one that is open. */
  static void openBrowser(Map<String, String> environment) throws Exception {
    closeBrowser();
    Optional<File> chromium =
        onPath("chromium", "chromium-browser", "google-chrome", "chrome", "chrome.exe");
    Optional<File> driver = onPath("chromedriver", "chromedriver.exe");
    if (chromium.isEmpty() || driver.isEmpty()) {
      return;
    }
    SELENIUM.setLevel(Level.SEVERE);
    var options = new ChromeOptions();
    options.setBinary(chromium.get());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--user-data-dir=" + Files.createTempDirectory(folder, "profile"));
    var logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    // With both programs named, Selenium looks for nothing and downloads nothing.
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.get())
                .usingAnyFreePort()
                .withEnvironment(environment)
                .withSilent(true)
                .build(),
            options);
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.quit();
      browser = null;
    }
  }

  private static Optional<File> onPath(String... names) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(path -> Arrays.stream(names).map(name -> new File(path, name)))
        .filter(File::canExecute)
        .findFirst();
  }

  @BeforeEach
  void showOnADesk() {
    // Here and not before all, because a class that skips itself as a whole is counted as no test.
    if (System.getenv("CI") != null) {
      assertNotNull(browser, "on CI there must be a Chromium with its chromedriver on the PATH");
    }
    assumeTrue(
        browser != null, "Skipped, because no Chromium with its chromedriver is on the PATH.");
    screen(1280, 900, false);
    prefer("light");
  }

  static void screen(int width, int height, boolean phone) {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
    browser.executeCdpCommand("Emulation.setTouchEmulationEnabled", Map.of("enabled", phone));
  }

  static void prefer(String scheme) {
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  static Object js(String script) {
    return browser.executeScript(script);
  }

  static void await(String what, String condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!Boolean.TRUE.equals(js(PLOT + "return " + condition))) {
      assertTrue(System.nanoTime() < end, "Not within 60 seconds: " + what);
      Thread.sleep(50);
    }
  }

  static void visit(Path page) {
    for (String log : List.of(LogType.BROWSER, LogType.PERFORMANCE)) {
      browser.manage().logs().get(log);
    }
    browser.get(page.toUri().toString());
  }

  static void assertNothingInTheConsole() {
    List<LogEntry> entries = browser.manage().logs().get(LogType.BROWSER).getAll();
    assertEquals(List.of(), entries.stream().map(LogEntry::toString).toList());
  }

  /** After {@link #visit}, which empties the logs. */
  static void assertNothingFromTheNetwork() {
    List<String> requests =
        browser.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
            .map(entry -> JsonParser.parseString(entry.getMessage()).getAsJsonObject())
            .map(message -> message.getAsJsonObject("message"))
            .filter(m -> m.get("method").getAsString().equals("Network.requestWillBeSent"))
            .map(m -> m.getAsJsonObject("params").getAsJsonObject("request"))
            .map((JsonObject request) -> request.get("url").getAsString())
            .toList();
    assertTrue(
        requests.stream().anyMatch(url -> url.startsWith("file:") && url.endsWith(".html")),
        "sees requests");
    assertEquals(
        List.of(), requests.stream().filter(url -> !url.matches("(file|data|blob):.*")).toList());
    assertEquals(
        List.of(),
        js(
            "return performance.getEntriesByType('resource').map(e => e.name)"
                + ".filter(name => !/^(file|data|blob):/.test(name))"));
  }

  static void scrollThrough() throws InterruptedException {
    await(
        "all figures",
        "(() => { const next = document.querySelector('.plot:not(.js-plotly-plot)');"
            + " next?.scrollIntoView(); return next === null; })()");
    await(
        "points in every figure",
        "[...document.querySelectorAll('.plot')].every(p =>"
            + " p.querySelector('.js-line, .point, .heatmaplayer image'))");
  }
}
