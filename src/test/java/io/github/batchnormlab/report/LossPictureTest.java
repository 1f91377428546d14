package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.StudyResult;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossPictureTest {
  @TempDir Path folder;

  private BufferedImage picture(StudyResult result) throws Exception {
    Path file = folder.resolve("batch_norm.png");
    LossPicture.write(result, file);
    return ImageIO.read(file.toFile());
  }

  private static BufferedImage picture(Curve... curves) throws Exception {
    return ImageIO.read(new ByteArrayInputStream(LossPicture.png(List.of(curves))));
  }

  /** Pixels of about this colour, in the columns and rows given. */
  private static long pixels(BufferedImage image, String colour, int fromX, int toX, int toY) {
    var wanted = Color.decode(colour);
    return IntStream.range(fromX, toX)
        .mapToLong(
            x ->
                IntStream.range(0, toY)
                    .filter(y -> isNear(new Color(image.getRGB(x, y)), wanted))
                    .count())
        .sum();
  }

  private static boolean isNear(Color a, Color b) {
    return Math.abs(a.getRed() - b.getRed()) < 60
        && Math.abs(a.getGreen() - b.getGreen()) < 60
        && Math.abs(a.getBlue() - b.getBlue()) < 60;
  }

  private static long pixels(BufferedImage image, Curve curve) {
    // Left of the legend.
    return pixels(image, curve.colour(), 0, 300, image.getHeight());
  }

  @Test
  void itIs500By400PixelsWithACurveOfEachArm() throws Exception {
    var result = Studies.of(10_000, Arms.BATCH_NORM, Arms.NONE);
    List<Curve> curves = Curve.of(result.arms(), 0, 100);

    BufferedImage image = picture(result);

    assertEquals(500, image.getWidth());
    assertEquals(400, image.getHeight());
    assertTrue(pixels(image, curves.get(0)) > 100, "red pixels");
    assertTrue(pixels(image, curves.get(2)) > 100, "blue pixels");
  }

  @Test
  void allArmsFit() throws Exception {
    var result = Studies.of(10_000, Arms.values());

    BufferedImage image = picture(result);

    for (Curve curve : Curve.of(result.arms(), 0, 100)) {
      assertTrue(pixels(image, curve) > 100, curve.name());
    }
  }

  @Test
  void aDashedCurveOfManyPointsShowsItsDashes() throws Exception {
    double[] falling = IntStream.range(0, 10_000).mapToDouble(i -> Math.exp(-i / 3000.0)).toArray();

    long solid =
        pixels(
            picture(Curve.of("a", "#d92b2f", false, falling, 400)),
            Curve.of("a", "#d92b2f", false, falling, 400));
    long dashed =
        pixels(
            picture(Curve.of("a", "#d92b2f", true, falling, 400)),
            Curve.of("a", "#d92b2f", true, falling, 400));

    // 6 pixels drawn, 3 left out.
    assertEquals(6 / 9.0, (double) dashed / solid, 0.15);
  }

  @Test
  void theLegendLeavesRoomForACurveThatStaysHigh() throws Exception {
    var high = new double[10_000];
    Arrays.fill(high, 100);
    high[0] = 1;

    BufferedImage image = picture(Curve.of("train without BN", "#2a6be0", false, high, 400));

    // The legend of one row ends above row 40, and the curve runs on below.
    assertTrue(
        pixels(image, "#2a6be0", 350, 450, 400) - pixels(image, "#2a6be0", 350, 450, 40) >= 90);
  }

  @Test
  void lossesThatALogarithmicAxisCannotShowDoNotBreakIt() throws Exception {
    double nan = Double.NaN;
    double infinite = Double.POSITIVE_INFINITY;
    var result =
        Studies.of(
            Studies.result(Arms.BATCH_NORM, new double[] {3, 0, 2}, new double[] {3, -1, nan}, 1),
            Studies.result(
                Arms.NONE, new double[] {nan, nan, nan}, new double[] {infinite, 0, nan}, 1));

    BufferedImage image = picture(result);

    assertEquals(500, image.getWidth());
    assertTrue(pixels(image, Curve.of(result.arms(), 0, 100).get(0)) > 10);
  }

  @Test
  void aStudyWithNothingToShowStillGivesAPicture() throws Exception {
    double[] nan = {Double.NaN, Double.NaN};

    assertEquals(400, picture(Studies.of(Studies.result(Arms.NONE, nan, nan, 1))).getHeight());
  }

  @Test
  void oneEpochIsSeenAsAMarker() throws Exception {
    var result = Studies.of(1, Arms.BATCH_NORM);

    assertTrue(pixels(picture(result), Curve.of(result.arms(), 0, 100).get(0)) > 10);
  }

  /** Draws a picture in a Java of its own. */
  static final class Draw {
    private Draw() {}

    public static void main(String[] args) throws Exception {
      try {
        LossPicture.write(Studies.of(10, Arms.NONE), Path.of(args[0]));
        System.out.println("drawn");
      } catch (PictureException e) {
        System.out.println("PictureException: " + e.getMessage());
      }
    }
  }

  @Test
  void withoutFontsItFailsWithOneSentence() throws Exception {
    assumeTrue(
        System.getProperty("os.name").equals("Linux"), "Only Linux can hide its fonts from Java.");
    Path fonts = folder.resolve("fonts.conf");
    Files.writeString(fonts, "<?xml version='1.0'?><fontconfig></fontconfig>");
    Path picture = folder.resolve("picture.png");
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                // Java remembers the fonts that it found before in the home folder.
                "-Duser.home=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Draw.class.getName(),
                picture.toString())
            .redirectErrorStream(true);
    builder.environment().put("FONTCONFIG_FILE", fonts.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    assertTrue(output.startsWith("PictureException: The picture cannot be drawn"), output);
    assertTrue(output.contains("Fontconfig"), output);
    assertEquals(1, output.strip().lines().count(), output);
    assertFalse(Files.exists(picture));
  }
}
