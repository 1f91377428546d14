package io.github.batchnormlab.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** One round of measurements, each taken once, when a row first asks for it. */
final class Round {
  /** Where Debian's package dataset-fashion-mnist puts its files. */
  private static final Path IMAGES = Path.of("/usr/share/datasets/fashion-mnist");

  /** Of 60,000 images each, the first of which warms the JVM up. */
  private static final int IMAGE_EPOCHS = 4;

  private static final int THREADS = 2;
  private static final int POINTS = 1_000;
  private static final int BYTES_PER_POINT = 6 * Double.BYTES;

  /** Test points per training point, as in the default study. */
  private static final double TEST_SHARE = 0.3;

  private final boolean isQuick;
  private final Optional<Python> python;
  private final Map<String, Object> measurements = new HashMap<>();

  Round(boolean isQuick, Optional<Python> python) {
    this.isQuick = isQuick;
    this.python = python;
  }

  @SuppressWarnings("unchecked") // A name stands for one kind of measurement.
  private <T> T once(String name, Supplier<T> measurement) {
    if (!measurements.containsKey(name)) {
      System.err.println("  " + name);
      measurements.put(name, measurement.get());
    }
    return (T) measurements.get(name);
  }

  private int scaled(int count) {
    return isQuick ? Math.max(5, count / 10) : count;
  }

  /** Both arms at the same time: the default study, with fewer epochs. */
  ApplicationRun together() {
    return once("both arms together", () -> ApplicationRun.of(scaled(2_000), THREADS));
  }

  /** Both arms with four replicas each; epochs are counted network by network. */
  ApplicationRun fourReplicas() {
    return once(
        "four replicas", () -> ApplicationRun.of(scaled(1_000), THREADS, "--replicas", "4"));
  }

  /** Both arms, one after the other. */
  ApplicationRun oneByOne() {
    return once("one arm after the other", () -> ApplicationRun.of(scaled(2_000), 1));
  }

  /** Both arms at the same time, in the other precision. */
  ApplicationRun inFloat32() {
    return once(
        "both arms in float32",
        () -> ApplicationRun.of(scaled(2_000), THREADS, "--precision", "float32"));
  }

  /** One arm alone, on one thread. */
  ApplicationRun alone(String arm) {
    return once(arm + " alone", () -> ApplicationRun.of(scaled(2_000), 1, "--arms", arm));
  }

  /** A deep network, on one thread. */
  ApplicationRun deep(DeepNetwork network) {
    return once(
        "deep, " + network,
        () ->
            ApplicationRun.of(
                scaled(network.epochs()),
                1,
                "--data",
                DeepTable.file().toString(),
                "--target",
                "y",
                "--train-size",
                Integer.toString(DeepNetwork.TRAIN_ROWS),
                "--test-size",
                Integer.toString(DeepNetwork.TEST_ROWS),
                "--hidden",
                network.layers(),
                "--activation",
                network.activation(),
                "--batch-size",
                network.batch(),
                "--arms",
                network.arm()));
  }

  /** The matrix products of a deep network alone, on one thread. */
  double deepProducts(DeepNetwork network) {
    return once(
        "products, " + network,
        () ->
            Double.parseDouble(
                Child.output(
                    Child.java(
                        io.github.batchnormlab.train.DeepProducts.class,
                        (Object[]) network.products()))));
  }

  /** Fashion-MNIST and the network of its best known chapter, on both threads. */
  ApplicationRun images(String arm) {
    return once(
        "images, " + arm,
        () ->
            ApplicationRun.of(
                IMAGE_EPOCHS,
                THREADS,
                "--data",
                IMAGES.toString(),
                "--conv",
                "6x5,16x5",
                "--hidden",
                "120,84",
                "--activation",
                "sigmoid",
                "--init",
                "xavier",
                "--optimizer",
                "sgd",
                "--learning-rate",
                "0.9",
                "--batch-size",
                "256",
                "--precision",
                "float32",
                "--arms",
                arm));
  }

  /** NaN where the images are not there. */
  double millisOfImages(String arm) {
    return Files.isDirectory(IMAGES) ? images(arm).millisPerEpoch() : Double.NaN;
  }

  /** Resident memory after a share of the epochs. */
  double megabytesOfImages(String arm, double share) {
    return Files.isDirectory(IMAGES) ? images(arm).megabytesAfter(share) : Double.NaN;
  }

  /** Plain PyTorch for the same. */
  double pythonImages(String arm) {
    return Files.isDirectory(IMAGES)
        ? python("Python, images, " + arm, found -> found.images(arm, IMAGES, IMAGE_EPOCHS - 1))
        : Double.NaN;
  }

  /** As many epochs as a user's study has. */
  ApplicationRun whole() {
    return once("a study of 10,000 epochs", () -> ApplicationRun.of(scaled(10_000), THREADS));
  }

  double secondsToFirstEpoch() {
    return once("start", () -> ApplicationRun.of(10, THREADS)).secondsToFirstLine();
  }

  /** Both arms together with more points, the test points in proportion. */
  private ApplicationRun points(int points) {
    if (points == POINTS) {
      return together();
    }
    int epochs = Math.max(5, 20 * 100_000 / points);
    return once(
        points + " points",
        () ->
            ApplicationRun.of(
                isQuick ? 5 : epochs,
                THREADS,
                "--train-size",
                Integer.toString(points),
                "--test-size",
                Long.toString(Math.round(TEST_SHARE * points))));
  }

  double nanosPerPointAndEpoch(int points) {
    return points(points).millisPerEpoch() * 1e6 / points;
  }

  /** Resident memory at the end of the training without the points and their targets. */
  double megabytesBeyondData(int points) {
    double data = points * (1 + TEST_SHARE) * BYTES_PER_POINT / 1e6;
    return points(points).megabytesAfter(1) - data;
  }

  double djlByTheBook() {
    return once(
        "DJL by the book",
        () ->
            Double.parseDouble(
                Child.output(Child.java(DjlByTheBook.class, scaled(100), scaled(100)))));
  }

  double largeKernels() {
    return once(
        "large kernels",
        () ->
            Double.parseDouble(
                Child.output(
                    Child.java(
                        io.github.batchnormlab.train.LargeKernels.class,
                        scaled(1_000),
                        scaled(500),
                        1))));
  }

  /** The article's script for both arms, one after the other. */
  double pythonOfArticle() {
    return python(
        "Python, article", found -> found.oneByOne("article", scaled(40), scaled(10), 1, 2));
  }

  /** The best of plain PyTorch for both arms, one after the other on one thread. */
  double pythonOneByOne() {
    return python(
        "Python, best, one after the other",
        found -> found.oneByOne("best", scaled(200), scaled(50), 1));
  }

  /** The best of plain PyTorch for both arms at once, each in a process with one thread. */
  double pythonAtOnce() {
    return python("Python, best, at once", found -> found.atOnce("best", scaled(400), scaled(100)));
  }

  /** Plain PyTorch for a deep network, on one thread. */
  double pythonDeep(DeepNetwork network) {
    int epochs = Math.max(4, scaled(network.epochs()) / 2);
    return python("Python, deep, " + network, found -> found.deep(network, epochs));
  }

  /** NaN without Python. */
  private double python(String what, ToDoubleFunction<Python> millis) {
    return python.map(found -> once(what, () -> millis.applyAsDouble(found))).orElse(Double.NaN);
  }
}
