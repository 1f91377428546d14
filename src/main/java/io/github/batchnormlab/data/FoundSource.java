package io.github.batchnormlab.data;

import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Task;
import java.util.Optional;

/** Rows from files: what a study has to know of them is what was found there. */
abstract class FoundSource implements Source {
  /** What was found. */
  final DataFacts facts;

  FoundSource(DataFacts facts) {
    this.facts = facts;
  }

  @Override
  public final Task task() {
    return facts.task();
  }

  @Override
  public final int inputs() {
    return facts.inputs();
  }

  @Override
  public final int outputs() {
    return task() == Task.CLASSIFICATION ? facts.classes().size() : facts.targets().size();
  }

  @Override
  public final int trainRows() {
    return facts.trainRows();
  }

  @Override
  public final int testRows() {
    return facts.testRows();
  }

  @Override
  public final Optional<DataFacts> facts() {
    return Optional.of(facts);
  }
}
