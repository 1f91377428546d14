package io.github.batchnormlab.data;

import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.util.List;
import java.util.Optional;

/** The article's points. */
record PointSource(Settings settings) implements Source {

  @Override
  public Task task() {
    return Task.REGRESSION;
  }

  @Override
  public int inputs() {
    return ColorPoints.FEATURES.size();
  }

  @Override
  public int outputs() {
    return ColorPoints.TARGETS.size();
  }

  @Override
  public int trainRows() {
    return settings.data().trainSize().count().orElseThrow();
  }

  @Override
  public int testRows() {
    return settings.data().testSize().count().orElseThrow();
  }

  @Override
  public Optional<DataFacts> facts() {
    return Optional.empty();
  }

  @Override
  public Prepared rows(int seed) {
    NumberStream numbers = new NumberStream(seed);
    return new Prepared(
        ColorPoints.draw(numbers, settings.data()),
        Preprocessing.none(ColorPoints.FEATURES, ColorPoints.TARGETS),
        numbers,
        List.of());
  }

  @Override
  public void close() {}
}
