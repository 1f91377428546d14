package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.data.TinyImages;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A study on images and what its network says of others, on the command line. */
class ImagePredictTest {
  private static final int SIDE = TinyImages.SIDE;

  @RegisterExtension private final Captured captured = new Captured();
  @TempDir private Path folder;
  private Path images;
  private Path run;

  @BeforeEach
  void train() throws Exception {
    images = TinyImages.write(folder.resolve("images"), 90, 40);
    run = folder.resolve("run");
    String settings =
        " --conv 3x2,4x2 --hidden 7 --batch-size 8 --epochs 30 --learning-rate 0.01"
            + " --arms batch-norm,none --threads 1 --quiet";
    assertEquals(0, main("--data " + images + settings + " --output " + run), err());
  }

  private static int main(String arguments) {
    return Main.run(arguments.split(" "));
  }

  private String out() {
    return captured.out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return captured.err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theTestImagesArePredictedWithTheirAccuracy() throws Exception {
    Path output = folder.resolve("said.csv");
    Path test = images.resolve("t10k-images-idx3-ubyte.gz");
    assertEquals(0, main("predict " + run + " " + test + " --output " + output), err());
    List<String> lines = Files.readAllLines(output);
    assertEquals(
        "image,label,predicted_label,probability_0,probability_1,probability_2", lines.get(0));
    assertEquals(41, lines.size());
    assertTrue(out().contains("40 images predicted by"), out());
    long right =
        lines.stream()
            .skip(1)
            .map(line -> line.split(","))
            .filter(cells -> cells[1].equals(cells[2]))
            .count();
    assertTrue(right > 30, right + " of 40");
    String accuracy = out().lines().filter(line -> line.contains("label: ")).findFirst().get();
    assertEquals(right / 40.0, Double.parseDouble(accuracy.replaceAll(".*: ", "")), 1e-3, accuracy);
    assertFalse(out().contains("trained on"), out());
  }

  @Test
  void imagesThatWereTrainedOnAndClassesThatWereNotAreTold() throws Exception {
    Path trained = images.resolve("train-images-idx3-ubyte");
    String output = " --output " + folder.resolve("said.csv");
    assertEquals(0, main("predict " + run + " " + trained + output), err());
    assertTrue(
        out()
            .contains(
                "train-images-idx3-ubyte has the training images of the run: 90 of its 90 images were"
                    + " trained on, so this says little of new images."),
        out());
    byte[] labels = {0, 7};
    Path two = folder.resolve("two-images-idx3");
    Files.write(two, TinyImages.bytes(new byte[2 * SIDE * SIDE], 2, SIDE, SIDE));
    Files.write(folder.resolve("two-labels-idx1"), TinyImages.bytes(labels, 2));
    assertEquals(0, main("predict " + run + " " + two + output + "2"), err());
    assertTrue(
        out().contains("1 of 2 images count for label; 1 has a class that no training image has."),
        out());
  }

  @Test
  void withoutLabelsBesideThemThereIsNoAccuracy() throws Exception {
    Path copy = folder.resolve("t10k-images-idx3-ubyte.gz");
    Files.copy(images.resolve("t10k-images-idx3-ubyte.gz"), copy);
    Path output = folder.resolve("said.csv");
    assertEquals(0, main("predict " + run + " " + copy + " --output " + output), err());
    assertTrue(Files.readAllLines(output).get(0).startsWith("image,predicted_label,"));
    assertFalse(out().contains("label: "), out());
  }

  @Test
  void aPictureIsPredictedToo() throws Exception {
    for (int type :
        List.of(
            BufferedImage.TYPE_BYTE_GRAY,
            BufferedImage.TYPE_INT_RGB,
            BufferedImage.TYPE_USHORT_GRAY)) {
      BufferedImage picture = new BufferedImage(SIDE, SIDE, type);
      for (int x = 0; x < SIDE; x++) { // The row of class 2.
        if (picture.getRaster().getNumBands() == 1) {
          boolean isLong = type == BufferedImage.TYPE_USHORT_GRAY;
          picture.getRaster().setSample(x, 5, 0, isLong ? 230 * 257 : 230);
        } else {
          picture.setRGB(x, 5, 230 << 16 | 230 << 8 | 230);
        }
      }
      Path file = folder.resolve("picture" + type + ".png");
      ImageIO.write(picture, "png", file.toFile());
      Path output = folder.resolve(type + ".csv");
      assertEquals(0, main("predict " + run + " " + file + " --output " + output), err());
      List<String> lines = Files.readAllLines(output);
      assertEquals(2, lines.size());
      assertTrue(lines.get(1).startsWith("0,2,"), lines.get(1));
    }
    assertEquals(
        Files.readString(folder.resolve(BufferedImage.TYPE_BYTE_GRAY + ".csv")),
        Files.readString(folder.resolve(BufferedImage.TYPE_INT_RGB + ".csv")));
  }

  /** Whatever colour stands where nothing is to be seen. */
  @Test
  void whatIsTransparentIsBlack() throws Exception {
    BufferedImage seen = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    BufferedImage cut = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB);
    ColorModel greyAndOpacity =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_GRAY),
            true,
            false,
            Transparency.TRANSLUCENT,
            DataBuffer.TYPE_BYTE);
    BufferedImage grey =
        new BufferedImage(
            greyAndOpacity, greyAndOpacity.createCompatibleWritableRaster(SIDE, SIDE), false, null);
    for (int i = 0; i < SIDE * SIDE; i++) {
      boolean isShape = i / SIDE == 5;
      int x = i % SIDE;
      int y = i / SIDE;
      seen.setRGB(x, y, isShape ? 0xE6E6E6 : 0);
      cut.setRGB(x, y, isShape ? 0xFFE6E6E6 : 0xFFFFFF);
      grey.getRaster().setPixel(x, y, isShape ? new int[] {0xE6, 0xFF} : new int[] {0xFF, 0});
    }
    List<String> said = new ArrayList<>();
    for (BufferedImage picture : List.of(seen, cut, grey)) {
      Path file = folder.resolve("picture" + said.size() + ".png");
      ImageIO.write(picture, "png", file.toFile());
      Path output = folder.resolve(said.size() + ".csv");
      assertEquals(0, main("predict " + run + " " + file + " --output " + output), err());
      said.add(Files.readString(output));
    }
    assertEquals(said.get(0), said.get(1));
    assertEquals(said.get(0), said.get(2));
  }

  @Test
  void whatIsNoImageOfItsSizeIsRefused() throws Exception {
    Path small = folder.resolve("small.png");
    ImageIO.write(new BufferedImage(5, 4, BufferedImage.TYPE_BYTE_GRAY), "png", small.toFile());
    Path output = folder.resolve("no.csv");
    assertEquals(2, main("predict " + run + " " + small + " --output " + output));
    assertTrue(err().contains("small.png has 4 x 5 pixels, where the network takes 9 x 9."), err());
    Path damaged = folder.resolve("damaged.png");
    byte[] bytes = Files.readAllBytes(small);
    Files.write(damaged, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertEquals(2, main("predict " + run + " " + damaged + " --output " + output));
    assertTrue(err().contains("damaged.png is a damaged PNG picture."), err());
    Path table = Files.writeString(folder.resolve("table.csv"), "a,b\n1,2\n");
    assertEquals(2, main("predict " + run + " " + table + " --output " + output));
    assertTrue(
        err().contains("table.csv is no IDX file of images: it begins with the bytes"), err());
    Path test = images.resolve("t10k-images-idx3-ubyte.gz");
    assertEquals(2, main("predict " + run + " " + test + " --delimiter ; --output " + output));
    assertTrue(err().contains("--delimiter must be left out for images, but is ';'."), err());
    assertFalse(err().contains("\tat "), err());
    assertFalse(Files.exists(output));
  }

  @Test
  void bothFormatsAreExported() {
    for (String format : List.of("onnx", "safetensors")) {
      Path file = folder.resolve("network." + format);
      assertEquals(0, main("export " + run + " --format " + format + " --output " + file), err());
      assertTrue(Files.exists(file));
    }
  }

  /** A few images, three filters of each arm, and what an arm takes for another class. */
  @Test
  void theReportShowsImagesAndFilters() throws Exception {
    String html = Files.readString(run.resolve("report.html"));
    String section = html.substring(html.indexOf("id=\"pictures-heading\""));
    section = section.substring(0, section.indexOf("</section>"));
    for (String arm : List.of("batch-norm", "none")) {
      assertTrue(html.contains("Which class is taken for which"), arm);
      assertTrue(section.contains("Filters of the first layer: "), arm);
    }
    int pictures = section.split("data:image/png;base64,", -1).length - 1;
    assertTrue(pictures >= 12 + 2 * 3, "pictures: " + pictures);
    assertTrue(html.contains("SHA-256 of the test labels"));
  }

  /** A newcomer looks for no table in a study that has none. */
  @Test
  void consoleAndReportSpeakOfImagesAndNotOfRows() throws Exception {
    String again = " --hidden 3 --batch-size 30 --epochs 4 --replicas 2 --threads 1";
    Path other = folder.resolve("other");
    assertEquals(0, main("--data " + images + again + " --output " + other), err());
    assertTrue(
        out()
            .contains(
                "images: classification, 90 training images and 40 test images, 81 inputs of a pixel"
                    + " each"),
        out());
    assertTrue(out().contains("accuracy: of the test images after the last epoch"), out());
    String html = Files.readString(other.resolve("report.html"));
    String page = html.substring(html.indexOf("<main>"), html.indexOf("id=\"settings-heading\""));
    for (String words :
        List.of(
            "Classification of images: ",
            "Training images of a replica",
            "image of 9 x 9 pixels",
            "the mean over the images as they were trained",
            "Accuracy of the test images",
            "The replicas have the same images and other initial weights",
            "of at most 1,000 training images")) {
      assertTrue(page.contains(words), words);
    }
    for (String words : List.of("test row", "training row", "the rows", "column-", "1 column")) {
      assertFalse(page.contains(words), words);
    }
    assertFalse(page.contains("columns-heading"));
  }

  @Test
  void namesThatNobodyHasHereEndInASentence() {
    int code = main("--data " + folder.resolve("nowhere") + " --epochs 1 --quiet");
    assertEquals(2, code);
    assertTrue(err().contains("nowhere does not exist."), err());
  }
}
