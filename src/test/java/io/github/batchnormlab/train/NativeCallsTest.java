package io.github.batchnormlab.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.Devices;
import io.github.batchnormlab.model.InitialWeights;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How many native calls an epoch takes: a training step on one piece of rows, Adam and the
 * evaluation of the test points. Each costs a microsecond or two; on small networks they are what
 * is left to save.
 */
class NativeCallsTest {
  private static final int EPOCHS = 40;

  /**
   * A smaller number is progress, and goes in here; a larger one needs a reason.
   *
   * @param arm what is trained
   * @param layers how many hidden layers it has
   * @param operations calls that compute, or make an array or a view
   * @param all those, and calls that ask an array for its properties or free it
   */
  @ParameterizedTest
  @CsvSource({
    "batch-norm, 1, 31, 92",
    "batch-norm-population, 1, 31, 92",
    "none, 1, 30, 86",
    "batch-norm-plain, 1, 68, 153",
    "djl-batch-norm, 1, 46, 114",
    "layer-norm, 1, 58, 135",
    "rms-norm, 1, 48, 116",
    "none, 3, 21, 71",
    "batch-norm, 3, 22, 85",
  })
  void anEpochTakesSoMany(String arm, int layers, int operations, int all) throws Exception {
    Map<String, Integer> calls = callsOfAnEpoch(arm, layers);
    assertEquals(
        operations + " of " + all,
        NativeCalls.operations(calls) + " of " + NativeCalls.all(calls),
        calls::toString);
  }

  /** Of an epoch in which nothing is looked at. */
  private static Map<String, Integer> callsOfAnEpoch(String name, int layers) throws Exception {
    Settings settings =
        Settings.defaults()
            .with("arms", name)
            .with("epochs", EPOCHS)
            .with("hidden", Collections.nCopies(layers, 8));
    Arm arm = settings.net().arms().get(0);
    Devices.open(settings.machine().device());
    Replicas group = new Replicas(0, 1);
    InitialWeights weights = Parts.weights(settings, group);
    List<Map<String, Integer>> atEnds = new ArrayList<>();
    Autograd asBefore = new Autograd(); // Training leaves the thread without gradients.
    try (DeviceData data = Parts.data(settings, group);
        Training training =
            new Training(settings, arm, Parts.sizes(settings), group, data, weights)) {
      StudyListener listener =
          new StudyListener() {
            @Override
            public void epochEnded(
                Arm ended, Replicas trained, int epoch, double train, double test) {
              atEnds.add(NativeCalls.soFar());
            }
          };
      NativeCalls.count(() -> training.run(listener, Watcher.NONE));
    } finally {
      asBefore.close();
    }
    int epoch = EPOCHS - 1;
    while (LookEpochs.of(EPOCHS).contains(epoch)) {
      epoch--;
    }
    return NativeCalls.between(atEnds.get(epoch - 1), atEnds.get(epoch));
  }
}
