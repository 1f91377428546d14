package io.github.batchnormlab.export;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.batchnormlab.data.FeatureColumn;
import io.github.batchnormlab.data.Preprocessing;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.study.Precision;
import io.github.batchnormlab.study.Versions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a file says of its network, as texts by their names; lists and maps are JSON.
 *
 * <pre>
 * arm, replica, task, activation
 * precision   float64 or float32: the numbers of the network
 * features    the names of the features in their order: the columns of the input
 * columns     [{name, fill}, {name, fill, categories, unseen}, ...]: what features are made of. A
 *             column with categories becomes a feature for each, 1 in the rows that have it, else
 *             0; all are 0 for one that is unseen or not listed. What nothing stands in for, where
 *             it is missing, has no fill.
 * targets     the names of the targets: the columns of the output of a regression
 * classes     the names of the classes: the columns of the probabilities
 * settings    those of the study, as a user would write them
 * versions    of what has trained it
 * </pre>
 */
final class Metadata {
  private static final int ASCII = 127;
  private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

  private Metadata() {}

  static Map<String, String> of(TrainedNetwork network, Versions versions, Precision precision) {
    Preprocessing preprocessing = network.preprocessing();
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("arm", network.arm().id());
    texts.put("replica", Integer.toString(network.origin().replica()));
    texts.put("task", preprocessing.task().toString());
    texts.put("activation", network.settings().net().activation().id());
    texts.put("precision", precision.id());
    texts.put("features", json(preprocessing.features()));
    texts.put("columns", json(preprocessing.columns().stream().map(Metadata::column).toList()));
    texts.put("targets", json(preprocessing.targets()));
    texts.put("classes", json(preprocessing.classes()));
    texts.put("settings", json(network.settings().texts()));
    texts.put("versions", json(versions.byName()));
    return texts;
  }

  /**
   * A value as JSON in ASCII, other characters being escaped: ONNX Runtime for Java cuts a text at
   * a character beyond U+FFFF.
   */
  static String json(Object value) {
    String json = JSON.toJson(value);
    StringBuilder ascii = new StringBuilder(json.length());
    for (char c : json.toCharArray()) {
      if (c < ASCII) {
        ascii.append(c);
      } else {
        ascii.append(String.format("\\u%04x", (int) c));
      }
    }
    return ascii.toString();
  }

  private static Map<String, Object> column(FeatureColumn column) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", column.name());
    if (column instanceof FeatureColumn.Categories text) {
      map.put("fill", text.fill());
      map.put("categories", text.categories());
      map.put("unseen", text.unseen());
    } else if (column instanceof FeatureColumn.Numbers numbers) {
      map.put("fill", numbers.fill());
    }
    return map; // JSON leaves out what is null.
  }

  /**
   * For each feature whether it has a part: those of categories that no training row has have none.
   */
  static boolean[] seen(Preprocessing preprocessing) {
    boolean[] all = new boolean[preprocessing.features().size()];
    int at = 0;
    for (FeatureColumn column : preprocessing.columns()) {
      if (column instanceof FeatureColumn.Categories text) {
        Set<String> unseen = new HashSet<>(text.unseen());
        for (String category : text.categories()) {
          all[at++] = !unseen.contains(category);
        }
      } else {
        Arrays.fill(all, at, at + column.width(), true);
        at += column.width();
      }
    }
    return all;
  }
}
