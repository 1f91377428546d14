package io.github.batchnormlab.report;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.CellResult;
import io.github.batchnormlab.study.ReplicaResult;
import io.github.batchnormlab.study.Sweep;
import io.github.batchnormlab.study.Varied;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Made-up sweeps for the tests: nothing trained. */
final class Sweeps {
  private Sweeps() {}

  /** The best test loss of a replica; infinite if its training has failed. */
  interface Losses {
    double of(Sweep.Cell cell, Arm arm, int replica);
  }

  static Sweep of(int replicas, String arms, String... varied) {
    List<Varied> all = Stream.of(varied).map(Varied::parse).toList();
    Map<String, String> given = Map.of("replicas", Integer.toString(replicas), "arms", arms);
    return Sweep.of(given, all, Sweep.all(Sweep.size(all)));
  }

  static List<CellResult> results(Sweep sweep, Losses losses) {
    return sweep.cells().stream().map(cell -> result(cell, losses)).toList();
  }

  static CellResult result(Sweep.Cell cell, Losses losses) {
    List<ReplicaResult> replicas = new ArrayList<>();
    for (Arm arm : cell.settings().net().arms()) {
      for (int replica = 0; replica < cell.settings().fit().replicas(); replica++) {
        double loss = losses.of(cell, arm, replica);
        boolean hasFailed = Double.isInfinite(loss);
        double shown = hasFailed ? Double.NaN : loss;
        replicas.add(
            new ReplicaResult(
                arm,
                replica,
                cell.settings().fit().seed() + replica,
                hasFailed ? 1 : 100,
                shown,
                2 * shown,
                shown,
                hasFailed ? OptionalInt.empty() : OptionalInt.of(99),
                Map.of(),
                Map.of(),
                hasFailed));
      }
    }
    return new CellResult(cell, "", replicas);
  }

  static double value(Sweep.Cell cell, String setting) {
    return Double.parseDouble(cell.values().get(setting));
  }
}
