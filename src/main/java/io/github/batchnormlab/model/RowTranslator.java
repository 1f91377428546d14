package io.github.batchnormlab.model;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.github.batchnormlab.data.Preprocessing;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.study.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Predicts rows with DJL's own predictor: a row's cells by column are prepared as those of the
 * training were, and the outputs brought back into the units of the table.
 *
 * <p>A cell may be a number or a category, as text; what is not there is missing. A row that cannot
 * be prepared ends with an {@link IllegalArgumentException} that names the column.
 */
public final class RowTranslator implements Translator<Map<String, String>, Prediction> {
  private final TrainedNetwork.Description description;

  private RowTranslator(TrainedNetwork.Description description) {
    this.description = description;
  }

  /**
   * {@return all that DJL needs to load a network}
   *
   * @param folder that of the model, such as {@code runs/.../models/batch-norm}
   * @throws MalformedModelException if it is none; the message follows the folder's name
   * @throws IOException if it cannot be read
   */
  public static Criteria<Map<String, String>, Prediction> criteria(Path folder)
      throws IOException, MalformedModelException {
    @SuppressWarnings("unchecked")
    Class<Map<String, String>> row = (Class<Map<String, String>>) (Class<?>) Map.class;
    TrainedNetwork.Description description = TrainedNetwork.Description.read(folder);
    return Criteria.builder()
        .setTypes(row, Prediction.class)
        .optModelPath(folder)
        .optModelName(description.arm().id())
        .optTranslator(new RowTranslator(description))
        .build();
  }

  @Override
  public Batchifier getBatchifier() {
    return Batchifier.STACK;
  }

  @Override
  public NDList processInput(TranslatorContext context, Map<String, String> row) {
    double[] features = description.preprocessing().features(row);
    return new NDList(
        Values.array(
            context.getNDManager(),
            features,
            new Shape(features.length),
            Values.dataType(description.settings().fit().precision())));
  }

  @Override
  public Prediction processOutput(TranslatorContext context, NDList outputs) {
    Preprocessing preprocessing = description.preprocessing();
    boolean isClass = preprocessing.task() == Task.CLASSIFICATION;
    double[] said = description.said(Values.of(outputs.singletonOrThrow()));
    List<String> names = isClass ? preprocessing.classes() : preprocessing.targets();
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < said.length; i++) {
      values.put(names.get(i), said[i]);
    }
    int likeliest = isClass ? TrainedNetwork.likeliest(said) : -1;
    return new Prediction(
        values, likeliest < 0 ? Optional.empty() : Optional.of(names.get(likeliest)));
  }
}
