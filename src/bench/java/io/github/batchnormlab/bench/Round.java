package io.github.batchnormlab.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** One round of measurements, each taken once, when a row first asks for it. */
final class Round {
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

  /** One arm alone, with all threads. */
  ApplicationRun alone(String arm) {
    return once(arm + " alone", () -> ApplicationRun.of(scaled(2_000), THREADS, "--arms", arm));
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
                        THREADS))));
  }

  /** NaN without Python. */
  double python(String way) {
    int epochs = way.equals("article") ? 40 : 200;
    return python
        .map(
            found ->
                once(
                    "Python, " + way,
                    () -> found.millisPerEpoch(way, scaled(epochs), scaled(epochs / 4))))
        .orElse(Double.NaN);
  }
}
