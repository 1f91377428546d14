package io.github.batchnormlab.data;

import io.github.batchnormlab.study.ColumnFacts;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Images from the four IDX files of MNIST or of a set like it, in a folder or downloaded.
 *
 * <p>With {@code numpy.random.RandomState(seed)} the training images of a replica are the first of
 * {@code permutation(n)} of all training images, the test images the first of the next {@code
 * permutation(m)} of all test images.
 */
final class ImageSource extends FoundSource {
  private static final List<String> NAMES =
      List.of(
          "train-images-idx3-ubyte",
          "train-labels-idx1-ubyte",
          "t10k-images-idx3-ubyte",
          "t10k-labels-idx1-ubyte");

  private final Preprocessing preprocessing;
  private final ImageSize size;
  private Images train;
  private Images test;

  private ImageSource(Images train, Images test, Preprocessing preprocessing, DataFacts facts) {
    super(facts);
    this.train = train;
    this.test = test;
    this.preprocessing = preprocessing;
    size = train.size();
  }

  static ImageSource read(Settings settings) throws TableException {
    String data = settings.table().data();
    List<Path> paths =
        DownloadedImages.areMeantBy(data) ? DownloadedImages.files(data) : files(folder(data));
    List<IdxFile> files =
        List.of(
            Images.readImages(paths.get(0)),
            Images.readLabels(paths.get(1)),
            Images.readImages(paths.get(2)),
            Images.readLabels(paths.get(3)));
    Images train = Images.of(files.get(0), files.get(1));
    Images test = Images.of(files.get(2), files.get(3));
    if (!train.size().equals(test.size())) {
      throw TableException.of(
          test.path(),
          "has images of " + test.size() + " pixels, where those for training are " + train.size());
    }
    List<String> sums =
        List.of(
            files.get(0).sha256(),
            files.get(1).sha256(),
            files.get(2).sha256(),
            files.get(3).sha256());
    List<String> classes =
        IntStream.range(0, Math.max(train.classes(), test.classes()))
            .mapToObj(Integer::toString)
            .toList();
    DataFacts facts =
        new DataFacts(
            name(data),
            "",
            sums,
            Task.CLASSIFICATION,
            rows(train, "training", settings.data().trainSize().count()),
            rows(test, "test", settings.data().testSize().count()),
            0,
            List.of(
                new ColumnFacts("image of " + train.size(), false, false, 0, 0),
                new ColumnFacts(ImageRows.LABEL, true, true, classes.size(), 0)),
            train.size().values(),
            classes,
            warnings(paths.get(1), train, classes));
    return new ImageSource(
        train, test, Preprocessing.ofImages(train.size(), ImageRows.LABEL, classes), facts);
  }

  /** What may not be meant: it is learned all the same. */
  private static List<String> warnings(Path labels, Images train, List<String> classes) {
    List<String> unknown = new ArrayList<>(classes);
    for (byte label : train.labels()) {
      unknown.set(Byte.toUnsignedInt(label), null);
    }
    unknown.removeIf(Objects::isNull);
    List<String> warnings = new ArrayList<>();
    if (unknown.size() == classes.size() - 1) {
      warnings.add(
          TableException.of(labels, "has one class: every label is " + (train.classes() - 1))
              .getMessage());
    }
    if (!unknown.isEmpty()) {
      warnings.add(
          TableException.of(
                  labels,
                  "has no label "
                      + Shown.list(unknown)
                      + ", so no network learns "
                      + (unknown.size() == 1 ? "this class" : "these classes"))
              .getMessage());
    }
    return warnings;
  }

  private static Path folder(String data) throws TableException {
    Path folder;
    try {
      folder = Path.of(data);
    } catch (InvalidPathException e) {
      throw new SettingException("data", data, "must be the path of a folder");
    }
    if (Files.isRegularFile(folder)) {
      throw new SettingException(
          "target",
          "",
          "must name the column to learn where --data is a file (images are in a folder)");
    }
    if (!Files.isDirectory(folder)) {
      throw TableException.of(
          folder, Files.notExists(folder) ? "does not exist" : "is no folder with images");
    }
    return folder;
  }

  private static String name(String data) {
    Path name = Path.of(data).getFileName();
    return name == null ? data : name.toString();
  }

  private static List<Path> files(Path folder) throws TableException {
    List<Path> files = new ArrayList<>();
    for (String name : NAMES) {
      files.add(file(folder, name));
    }
    return files;
  }

  private static Path file(Path folder, String name) throws TableException {
    for (String ending : List.of("", ".gz")) {
      Path file = folder.resolve(name + ending);
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    throw TableException.of(folder, "lacks the file " + name + ", plain or compressed as .gz");
  }

  private static int rows(Images images, String part, OptionalInt asked) throws TableException {
    if (asked.orElse(0) > images.count()) {
      throw TableException.of(
          images.path(),
          "has "
              + images.count()
              + " images, fewer than the "
              + asked.getAsInt()
              + " for the "
              + part
              + " set that are asked for");
    }
    return asked.orElse(images.count());
  }

  @Override
  public Optional<ImageSize> image() {
    return Optional.of(size);
  }

  @Override
  public Prepared rows(int seed) {
    NumberStream numbers = new NumberStream(seed);
    int[] learned = Arrays.copyOf(numbers.permutation(train.count()), trainRows());
    int[] tested = Arrays.copyOf(numbers.permutation(test.count()), testRows());
    return new Prepared(
        new ImageRows(train, learned),
        new ImageRows(test, tested),
        preprocessing,
        numbers,
        List.of(),
        Optional.empty());
  }

  /** Lets the images go, of which each replica has its own copy by then. */
  @Override
  public void close() {
    train = null;
    test = null;
  }
}
