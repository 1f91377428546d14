package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.batchnormlab.ImageCase;
import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class ImageSourceTest {
  @TempDir private Path folder;

  @BeforeEach
  void write() throws Exception {
    TinyImages.write(folder, 20, 12);
  }

  private Settings settings(String... more) {
    Settings settings = Settings.parse(Map.of("data", folder.toString()));
    for (int i = 0; i < more.length; i += 2) {
      settings = settings.with(more[i], more[i + 1]);
    }
    return settings;
  }

  private Source open(String... more) throws TableException {
    return Source.open(settings(more));
  }

  @Test
  void imagesAreRowsOfPixels() throws Exception {
    try (Source source = open()) {
      assertEquals(Task.CLASSIFICATION, source.task());
      assertEquals(81, source.inputs());
      assertEquals(new ImageSize(1, 9, 9), source.image().orElseThrow());
      assertEquals(3, source.outputs());
      assertEquals(20, source.trainRows());
      assertEquals(12, source.testRows());
      assertEquals(4, source.facts().orElseThrow().sums().size());
      assertEquals(List.of("0", "1", "2"), source.facts().orElseThrow().classes());
    }
  }

  /** The first of one permutation of all, and of the next one of the others. */
  @Test
  void whichImagesIsNumPysChoice() throws Exception {
    NumberStream numbers = new NumberStream(4);
    int[] train = numbers.permutation(20);
    int[] test = numbers.permutation(12);
    byte[] labels = Files.readAllBytes(folder.resolve(TinyImages.NAMES.get(1)));
    try (Source source = open("train-size", "7", "test-size", "5")) {
      Prepared rows = source.rows(4);
      assertEquals(7, rows.train().rows());
      for (int i = 0; i < 7; i++) {
        assertEquals(labels[8 + train[i]], rows.train().y()[i]);
      }
      assertEquals(5, rows.test().rows());
      assertEquals(5, Arrays.stream(test).limit(5).distinct().count());
      // The stream goes on behind the two.
      assertArrayEquals(numbers.permutation(7), rows.numbers().permutation(7));
    }
  }

  /** A pixel is its byte divided by 255, in float64, and the float32 nearest to that. */
  @Test
  void pixelsAreFromZeroToOne() throws Exception {
    byte[] file = Files.readAllBytes(folder.resolve(TinyImages.NAMES.get(0)));
    int[] order = new NumberStream(0).permutation(20);
    try (Source source = open();
        NDManager manager = NDManager.newBaseManager();
        NDArray exact = source.rows(0).train().featuresOn(manager, DataType.FLOAT64);
        NDArray rounded = source.rows(0).train().featuresOn(manager, DataType.FLOAT32)) {
      double[] values = exact.toDoubleArray();
      assertEquals(20 * 81, values.length);
      for (int i = 0; i < values.length; i++) {
        double pixel = Byte.toUnsignedInt(file[16 + order[i / 81] * 81 + i % 81]) / 255.0;
        assertEquals(pixel, values[i]);
        assertEquals((float) pixel, rounded.toFloatArray()[i]);
        if (i > 200) {
          break;
        }
      }
    }
  }

  @EnabledIf("io.github.batchnormlab.ImageCase#hasImages")
  @Test
  void ofFashionMnistTheImagesArePythons() throws Exception {
    ImageCase first = ImageCase.all().get(0);
    Settings settings = first.settings("none");
    try (Source source = Source.open(settings)) {
      assertEquals(10, source.outputs());
      Prepared rows = source.rows(0);
      NumberStream numbers = new NumberStream(0);
      int[] train = numbers.permutation(60_000);
      int[] test = numbers.permutation(10_000);
      assertArrayEquals(first.numbers("trainImages"), head(train));
      assertArrayEquals(first.numbers("testImages"), head(test));
      assertArrayEquals(first.numbers("firstOrder"), head(rows.numbers().permutation(2_000)));
    }
  }

  private static double[] head(int[] order) {
    return Arrays.stream(order).limit(5).asDoubleStream().toArray();
  }

  private Path file(int index) {
    Path plain = folder.resolve(TinyImages.NAMES.get(index));
    return Files.exists(plain) ? plain : folder.resolve(TinyImages.NAMES.get(index) + ".gz");
  }

  private void refused(String sentence) {
    TableException error = assertThrows(TableException.class, this::open);
    String message = error.getMessage().replace(folder + "/", "");
    assertEquals(sentence, message.replace(folder.toString(), "FOLDER"));
  }

  @Test
  void brokenFilesAreNamedInASentence() throws Exception {
    byte[] images = Files.readAllBytes(file(0));
    Files.write(file(0), Arrays.copyOf(images, 10));
    refused("train-images-idx3-ubyte ends in the middle of its header.");
    Files.write(file(0), new byte[0]);
    refused("train-images-idx3-ubyte is empty.");
    Files.writeString(file(0), "a,b,y\n1,2,3\n");
    refused(
        "train-images-idx3-ubyte is no IDX file of images: it begins with the bytes 97 44 98 44,"
            + " not 0 0 8 3.");
    Files.write(file(0), TinyImages.bytes(new byte[3], 1, 3, 1, 1)); // Three colours.
    refused(
        "train-images-idx3-ubyte is no IDX file of images: it begins with the bytes 0 0 8 4, not"
            + " 0 0 8 3.");
    Files.write(file(0), Arrays.copyOf(images, images.length - 1));
    refused(
        "train-images-idx3-ubyte is too short: it has 1619 of the 1620 bytes that its header says,"
            + " 20 x 9 x 9.");
    Files.write(file(0), Arrays.copyOf(images, images.length + 1));
    refused("train-images-idx3-ubyte is longer than its header says, 20 x 9 x 9 bytes.");
    Files.write(file(0), TinyImages.bytes(new byte[0], 0, 9, 9));
    refused("train-images-idx3-ubyte has a dimension of 0 in its header.");
    Files.write(file(0), TinyImages.bytes(new byte[0], -5, 9, 9));
    refused("train-images-idx3-ubyte has a dimension of -5 in its header.");
    Files.write(
        file(0),
        TinyImages.bytes(new byte[3], Integer.MAX_VALUE, Integer.MAX_VALUE, 2_000_000_000));
    refused(
        "train-images-idx3-ubyte is too large: its header says 2147483647 x 2147483647 x 2000000000"
            + " bytes.");
  }

  @Test
  void damagedCompressionIsNamed() throws Exception {
    byte[] whole = Files.readAllBytes(file(2));
    Files.write(file(2), Arrays.copyOf(whole, whole.length / 2));
    refused("t10k-images-idx3-ubyte.gz ends in the middle of its compressed data.");
    byte[] damaged = whole.clone();
    Arrays.fill(damaged, 40, 80, (byte) 0xff);
    Files.write(file(2), damaged);
    TableException error = assertThrows(TableException.class, this::open);
    assertTrue(error.getMessage().contains("t10k-images-idx3-ubyte.gz "), error.getMessage());
    assertFalse(error.getMessage().contains("\n"));
  }

  @Test
  void filesThatDoNotBelongTogetherAreRefused() throws Exception {
    byte[] labels = Files.readAllBytes(file(1));
    Files.write(file(1), TinyImages.bytes(new byte[19], 19));
    refused("train-labels-idx1-ubyte has 19 labels for the 20 images of train-images-idx3-ubyte.");
    Files.write(file(1), Files.readAllBytes(file(0)));
    refused(
        "train-labels-idx1-ubyte is no IDX file of labels: it begins with the bytes 0 0 8 3, not"
            + " 0 0 8 1.");
    Files.write(file(1), labels);
    ByteArrayOutputStream other = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(other)) {
      out.write(TinyImages.bytes(new byte[12 * 64], 12, 8, 8));
    }
    Files.write(file(2), other.toByteArray());
    refused(
        "t10k-images-idx3-ubyte.gz has images of 8 x 8 pixels, where those for training are 9 x 9.");
    Files.delete(file(2));
    refused("FOLDER lacks the file t10k-images-idx3-ubyte, plain or compressed as .gz.");
  }

  @Test
  void moreImagesThanThereAreAreRefused() {
    TableException error = assertThrows(TableException.class, () -> open("train-size", "21"));
    assertTrue(
        error
            .getMessage()
            .endsWith(
                "train-images-idx3-ubyte has 20 images, fewer than the 21 for the training set that"
                    + " are asked for."),
        error.getMessage());
  }

  @Test
  void classesThatNoTrainingImageHasAreTold() throws Exception {
    assertEquals(List.of(), warnings());
    byte[] labels = new byte[20];
    Arrays.fill(labels, (byte) 4);
    Files.write(file(1), TinyImages.bytes(labels, 20));
    assertEquals(
        List.of(
            file(1) + " has one class: every label is 4.",
            file(1) + " has no label '0', '1', '2', '3', so no network learns these classes."),
        warnings());
    labels[7] = 3;
    labels[8] = 1;
    labels[9] = 0;
    Files.write(file(1), TinyImages.bytes(labels, 20));
    assertEquals(
        List.of(file(1) + " has no label '2', so no network learns this class."), warnings());
  }

  private List<String> warnings() throws TableException {
    try (Source source = open()) {
      return source.facts().orElseThrow().warnings();
    }
  }

  /** Who forgets the target of a table is told so, whether the file is there or not. */
  @Test
  void aFileIsNoFolder() {
    String noTarget =
        "--target must name the column to learn where --data is a file (images are in a folder),"
            + " but is ''.";
    for (String file : List.of("nowhere.csv", "x.csv.gz", "x.TSV")) {
      SettingException error =
          assertThrows(SettingException.class, () -> Settings.parse(Map.of("data", file)));
      assertEquals(noTarget, error.getMessage());
    }
    Settings noFolder = Settings.parse(Map.of("data", file(0).toString()));
    assertEquals(
        noTarget, assertThrows(SettingException.class, () -> Source.open(noFolder)).getMessage());
    Settings nowhere = Settings.parse(Map.of("data", folder + "/nowhere"));
    assertTrue(
        assertThrows(TableException.class, () -> Source.open(nowhere))
            .getMessage()
            .endsWith("nowhere does not exist."));
  }

  @Test
  void settingsOfTablesAndPointsHaveNoPartInImages() {
    for (String[] each :
        new String[][] {
          {"ignore", "a", "must be left out for images (a table needs --target)"},
          {"missing", "drop", "must be left out for images (a table needs --target)"},
          {"blocks", "true", "must be left out for images (a table needs --target)"},
          {"red", "0:1", "must not be given with --data"}
        }) {
      SettingException error =
          assertThrows(
              SettingException.class,
              () -> Settings.parse(Map.of("data", "images", each[0], each[1])));
      assertEquals(each[2], error.rule());
    }
    assertEquals(
        "must be left out for a table (images have no --target)",
        assertThrows(
                SettingException.class,
                () -> Settings.parse(Map.of("data", "x.csv", "target", "y", "conv", "6x5")))
            .rule());
    assertEquals(
        "needs images as --data",
        assertThrows(SettingException.class, () -> Settings.parse(Map.of("conv", "6x5"))).rule());
  }
}
