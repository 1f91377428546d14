package io.github.batchnormlab.nn.fast;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import io.github.batchnormlab.data.RowMoments;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.SynchronizedGradient;
import io.github.batchnormlab.model.SynchronizedGradient.Known;
import io.github.batchnormlab.nn.Gradients;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gradient in stages, of rows in several places, against that of all rows in one. */
class SynchronizedGradientTest {
  private final NDManager manager = NDManager.newBaseManager();
  private Autograd asBefore;

  @BeforeEach
  void off() {
    asBefore = new Autograd();
    Autograd.off();
  }

  @AfterEach
  void close() {
    asBefore.close();
    manager.close();
  }

  /** The stages of a drawn perceptron, each piece of the rows in a place of its own. */
  private final class Drawn extends DrawnPerceptron {
    final SynchronizedGradient gradient;

    Drawn(long seed, DeepGradient.Activation activation, DataType type) {
      super(SynchronizedGradientTest.this.manager, seed, activation, type, true);
      gradient = new SynchronizedGradient(hidden, norms, activation, output);
    }

    @Override
    Gradients closed() {
      Known known = Known.nothing();
      for (int layer = 0; layer < gradient.layers(); layer++) {
        RowMoments moments = null;
        for (int[] cut : cuts) {
          RowMoments found = gradient.moments(rows(x, cut), known);
          moments = moments == null ? found : moments.merge(found);
        }
        known = known.with(moments);
      }
      Map<Parameter, NDArray> all = new LinkedHashMap<>();
      double[] losses = null;
      for (int stage = 0; stage <= gradient.layers(); stage++) {
        Map<Parameter, NDArray> sums = new LinkedHashMap<>();
        losses = new double[1];
        for (int[] cut : cuts) {
          Gradients found = gradient.backward(rows(x, cut), rows(y, cut), loss, factor, known);
          found.ofParameters().forEach((each, value) -> sums.merge(each, value, NDArray::add));
          losses[0] += found.losses()[0];
        }
        all.putAll(sums);
        if (stage < gradient.layers()) {
          int layer = gradient.layers() - 1 - stage;
          double[] ofShift = Values.of(sums.get(norms.get(layer).shift()));
          double[] ofScale = Values.of(sums.get(norms.get(layer).scale()));
          double[] both = Arrays.copyOf(ofShift, 2 * ofShift.length);
          System.arraycopy(ofScale, 0, both, ofShift.length, ofScale.length);
          known = known.with(both);
        }
      }
      gradient.follow(known);
      return new Gradients(losses, all);
    }
  }

  @ParameterizedTest
  @EnumSource(DeepGradient.Activation.class)
  void isAutogradsOfAllRowsToRounding(DeepGradient.Activation activation) {
    for (long seed = 0; seed < 30; seed++) {
      new Drawn(seed, activation, DataType.FLOAT64).assertAutogradAgrees(1e-12);
      new Drawn(seed, activation, DataType.FLOAT32).assertAutogradAgrees(2e-3);
    }
  }

  @ParameterizedTest
  @EnumSource(value = DeepGradient.Activation.class, names = "RELU", mode = EnumSource.Mode.EXCLUDE)
  void isTheSlopeOfTheLoss(DeepGradient.Activation activation) {
    for (long seed = 0; seed < 4; seed++) {
      new Drawn(seed, activation, DataType.FLOAT64).assertSlopes(5, 1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(DeepGradient.Activation.class)
  void runningStatisticsAreTheDefinitionsOnAllRows(DeepGradient.Activation activation) {
    for (long seed = 0; seed < 8; seed++) {
      Drawn drawn = new Drawn(seed, activation, DataType.FLOAT64);
      drawn.assertFollows(new Drawn(seed, activation, DataType.FLOAT64), 1e-12);
    }
  }
}
