package io.github.batchnormlab.run;

import ai.djl.pytorch.jni.JniUtils;
import io.github.batchnormlab.data.ImageFile;
import io.github.batchnormlab.data.Preprocessing;
import io.github.batchnormlab.data.RowListener;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.study.Plain;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes what a network says of images: {@code image}, counted from 0, {@code label} where it is
 * known, {@code predicted_label}, and {@code probability_<class>} for each class.
 */
public final class ImagePredictions {
  /** So many images go through the network together. */
  private static final int IMAGES = 256;

  private ImagePredictions() {}

  /**
   * Predicts.
   *
   * @param network what predicts; it is one of images
   * @param file the images
   * @param output a new file, which is there when everything is written
   * @return what was written
   * @throws IOException if the output cannot be written
   */
  public static Predictions.Summary write(TrainedNetwork network, ImageFile file, Path output)
      throws IOException {
    JniUtils.setNumThreads(Runtime.getRuntime().availableProcessors());
    PredictionErrors errors = new PredictionErrors(network.preprocessing());
    long[] notFinite = new long[1];
    WholeFile.newText(output, out -> notFinite[0] = write(network, file, out, errors));
    List<String> warnings = new ArrayList<>();
    if (notFinite[0] > 0) {
      warnings.add(
          Plain.count(notFinite[0], "image has", "images have")
              + " a prediction that is not finite.");
    }
    return new Predictions.Summary(
        file.count(),
        file.hasLabels() ? errors.metrics() : Map.of(),
        file.hasLabels() ? errors.remarks() : List.of(),
        warnings);
  }

  private static long write(
      TrainedNetwork network, ImageFile file, BufferedWriter out, PredictionErrors errors)
      throws IOException {
    Preprocessing preprocessing = network.preprocessing();
    List<String> classes = preprocessing.classes();
    String target = preprocessing.targets().get(0);
    List<String> head = new ArrayList<>(List.of("image"));
    if (file.hasLabels()) {
      head.add(target);
    }
    head.add("predicted_" + target);
    classes.forEach(each -> head.add("probability_" + each));
    out.write(String.join(",", head) + "\n");
    long notFinite = 0;
    for (int from = 0; from < file.count(); from += IMAGES) {
      int count = Math.min(file.count() - from, IMAGES);
      double[] logs = network.logProbabilities(file.features(from, from + count), count);
      for (int i = 0; i < count; i++) {
        double[] own = Arrays.copyOfRange(logs, i * classes.size(), (i + 1) * classes.size());
        int likeliest = TrainedNetwork.likeliest(own);
        notFinite += likeliest < 0 ? 1 : 0;
        List<String> row = new ArrayList<>(List.of(Integer.toString(from + i)));
        if (file.hasLabels()) {
          int label = file.label(from + i);
          row.add(Integer.toString(label));
          boolean isKnown = label < classes.size();
          errors.add(new double[] {isKnown ? label : RowListener.UNKNOWN_CLASS}, own);
        }
        row.add(likeliest < 0 ? "" : classes.get(likeliest));
        for (double log : own) {
          row.add(Double.toString(Math.exp(log)));
        }
        out.write(String.join(",", row) + "\n");
      }
    }
    return notFinite;
  }
}
