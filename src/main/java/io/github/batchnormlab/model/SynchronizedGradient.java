package io.github.batchnormlab.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.batchnormlab.data.RowMoments;
import io.github.batchnormlab.engine.Program;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.Gradients;
import io.github.batchnormlab.nn.Linear;
import io.github.batchnormlab.nn.SummedLoss;
import io.github.batchnormlab.nn.fast.DeepGradient;
import io.github.batchnormlab.nn.fast.DeepGradient.Activation;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The gradient of a perceptron with synchronized batch normalization: the rows of a batch are in
 * several places, and the statistics are those of all of them.
 *
 * <p>With h₀ = x, the gradient G of the loss as in {@link DeepGradient}, and n rows in all, layer
 * by layer:
 *
 * <pre>
 * forward    u = h₋ W,   û = (u - μ_B) / σ_B,   z = γ û + β,   h = f(z)
 * backward   ∂E/∂β = Σ ∂E/∂z,   ∂E/∂γ = Σ ∂E/∂z û                              (Σ over all rows)
 *            ∂E/∂u = γ / σ_B (∂E/∂z - ∂E/∂β / n - û ∂E/∂γ / d),   ∂E/∂W = h₋ᵀ ∂E/∂u
 * </pre>
 *
 * <p>where d is what the variance divides by, n or n - 1. What a place can do before it has to hear
 * of the others is a stage. Forward, each layer has one, which gives the moments of its u: they are
 * merged pairwise, in float64. Backward, the first gives the loss, the gradient of the output layer
 * and the two sums of the last hidden layer, each later one the gradient of a W and the sums of the
 * layer before; the last one ends with the first W. That is 2 k + 1 stages for k layers.
 *
 * <p>No place remembers anything but its rows: each stage goes forward from them again, with the
 * statistics that are known by then. A place that is lost costs nothing but its own stage, and
 * memory holds a piece of the rows at a time; the price is arithmetic, about k times that of one
 * pass forward and backward.
 *
 * <p>A bias before batch normalization cancels and has no gradient. Source: S. Ioffe and C.
 * Szegedy, 2015, section 3; PyTorch has the same over several GPUs as {@code SyncBatchNorm}.
 */
public final class SynchronizedGradient {
  private static final String METHODS =
      """
        def through(arrays, numbers):
          # x, then of k layers W… γ… β… μ_B… 1/σ_B… -> z… h… û…
          k = len(arrays) // 5
          h = arrays[0]
          zs = annotate(List[Tensor], [])
          hs = annotate(List[Tensor], [])
          us = annotate(List[Tensor], [])
          for i in range(k):
            w, gamma, beta = arrays[1 + i], arrays[1 + k + i], arrays[1 + 2 * k + i]
            mean, inverse = arrays[1 + 3 * k + i], arrays[1 + 4 * k + i]
            u = torch.mul_(torch.sub_(torch.bmm(h, w), mean), inverse)
            z = torch.addcmul(beta * FACTOR, u, gamma * FACTOR)
            h = VALUE
            torch.append(zs, z)
            torch.append(hs, h)
            torch.append(us, u)
          return torch.add(torch.add(zs, hs), us)
        def moments(arrays, numbers):
          # W, then as in through -> the mean of h W, the sum of squares about it
          inside = self.through(arrays[1:], numbers)
          k = len(inside) // 3
          hs = torch.add(arrays[1:2], inside[k:])
          u = torch.bmm(hs[k], arrays[0])
          mean = torch.mean(u, [1], True, dtype=7)
          return [mean, torch.sum(torch.square(u - mean), [1])]
        def forward(arrays, numbers):
          # V c, then as in through -> y z… h… û…
          inside = self.through(arrays[2:], numbers)
          k = len(inside) // 3
          return torch.add([torch.baddbmm(arrays[1], inside[2 * k - 1], arrays[0])], inside)
        def backward(arrays, numbers):
          # G x W… V γ… 1/σ_B… z… h… û… and ∂β… ∂γ… of the layers behind, last first -> V's and norms' or W's
          factor, n, d = numbers[:3]
          k, behind = int(numbers[3]), int(numbers[4])
          weights = arrays[2:3 + k]
          gammas = arrays[3 + k:]
          inverses = arrays[3 + 2 * k:]
          zs = arrays[3 + 3 * k:]
          hs = torch.add(arrays[1:2], arrays[3 + 4 * k:])
          us = arrays[3 + 5 * k:]
          betaSums = arrays[3 + 6 * k:]
          gammaSums = arrays[3 + 6 * k + behind:]
          found = annotate(List[Tensor], [])
          g = arrays[0] * factor
          if behind == 0:
            torch.append(found, torch.sum(g, [1], True))
            torch.append(found, torch.bmm(torch.transpose(hs[k], 1, 2), g))
          for step in range(min(k, behind + 1)):
            i = k - 1 - step
            h = hs[i + 1]
            z = zs[i]
            u = us[i]
            g = torch.bmm(g, torch.transpose(weights[i + 1], 1, 2))
            g = DERIVATIVE
            if step == behind:
              torch.append(found, torch.sum(g, [1], True))
              torch.append(found, torch.sum(g * u, [1], True))
            else:
              g = torch.sub_(torch.sub_(g, betaSums[step] / n), u * (gammaSums[step] / d))
              g = torch.mul_(g, gammas[i] * inverses[i])
              if step == behind - 1:
                torch.append(found, torch.bmm(torch.transpose(hs[i], 1, 2), g))
          return found
      """;

  private final List<Linear> hidden;
  private final List<BatchNorm> norms;
  private final Linear output;
  private final Activation activation;
  private Program program;

  /**
   * @param hidden the hidden layers, with one replica
   * @param norms what normalizes each of them
   * @param activation stands behind each
   * @param output the last layer, which has a bias
   */
  public SynchronizedGradient(
      List<Linear> hidden, List<BatchNorm> norms, Activation activation, Linear output) {
    this.hidden = List.copyOf(hidden);
    this.norms = List.copyOf(norms);
    this.activation = activation;
    this.output = output;
  }

  /**
   * What is known of all rows of a batch after some stages.
   *
   * @param units the moments of u, of the first layers
   * @param sums ∂E/∂β and ∂E/∂γ behind each other, of the last layers, the last one first
   * @serial exclude
   */
  public record Known(List<RowMoments> units, List<double[]> sums) implements Serializable {
    /**
     * Copies the lists.
     *
     * @param units the moments of u
     * @param sums the sums of the norms' gradients
     */
    public Known {
      units = List.copyOf(units);
      sums = List.copyOf(sums);
    }

    /** {@return what is known at first} */
    public static Known nothing() {
      return new Known(List.of(), List.of());
    }

    /**
     * {@return the same with one more layer on the way forward}
     *
     * @param moments of its u, over all rows
     */
    public Known with(RowMoments moments) {
      List<RowMoments> more = new ArrayList<>(units);
      more.add(moments);
      return new Known(more, sums);
    }

    /**
     * {@return the same with one more layer on the way back}
     *
     * @param ofNorm its ∂E/∂β and ∂E/∂γ, over all rows
     */
    public Known with(double[] ofNorm) {
      List<double[]> more = new ArrayList<>(sums);
      more.add(ofNorm);
      return new Known(units, more);
    }
  }

  /** {@return how many layers are normalized} */
  public int layers() {
    return norms.size();
  }

  /**
   * A stage forward: the moments of u, of the first layer that is not known.
   *
   * @param x some of the rows, (1, rows, in)
   * @param known what is known so far
   * @return their moments, without products of two units
   */
  public RowMoments moments(NDArray x, Known known) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDList arrays = new NDList(hidden.get(known.units().size()).weight().getArray());
      arrays.addAll(arrays(x, known));
      NDList found = program().run("moments", arrays);
      double[] mean = Values.of(found.get(0));
      return new RowMoments(
          x.getShape().get(1), new double[mean.length], mean, Values.of(found.get(1)));
    }
  }

  /**
   * {@return what a stage backward finds, in the order in which {@link #backward} has it} First
   * that of the output layer's bias and weight and of the last shift and scale; then of the weight
   * of the last layer and of the shift and scale of the one before; and so on.
   *
   * @param stage from 0 to the number of layers
   */
  public List<Parameter> found(int stage) {
    List<Parameter> found = new ArrayList<>();
    if (stage == 0) {
      found.addAll(List.of(output.bias(), output.weight()));
    } else {
      found.add(hidden.get(layers() - stage).weight());
    }
    if (stage < layers()) {
      BatchNorm norm = norms.get(layers() - 1 - stage);
      found.addAll(List.of(norm.shift(), norm.scale()));
    }
    return found;
  }

  /**
   * A stage backward.
   *
   * @param x some of the rows, (1, rows, in)
   * @param labels theirs, (1, rows, labels)
   * @param loss the sum over rows of their losses
   * @param factor what the gradients are multiplied by
   * @param known the moments of all layers, and the sums of as many as there were stages backward
   * @return the loss of these rows without, their part of the gradients of {@link #found} with the
   *     factor, in the scope of the caller
   */
  public Gradients backward(
      NDArray x, NDArray labels, SummedLoss loss, double factor, Known known) {
    NDList through = arrays(x, known);
    NDList forward = new NDList(output.weight().getArray(), output.bias().getArray());
    forward.addAll(through);
    NDList inside = program().run("forward", forward);
    SummedLoss.WithGradient error = loss.evaluateWithGradient(labels, inside.head());
    int k = layers();
    NDList arrays = new NDList(error.gradient());
    arrays.addAll(through.subNDList(0, 1 + k)); // x W…
    arrays.add(output.weight().getArray());
    arrays.addAll(through.subNDList(1 + k, 1 + 2 * k)); // γ…
    arrays.addAll(through.subNDList(1 + 4 * k)); // 1/σ_B…
    arrays.addAll(inside.subNDList(1));
    int behind = known.sums().size();
    for (int half = 0; half < 2; half++) {
      for (int step = 0; step < behind; step++) {
        double[] sums = known.sums().get(step);
        int units = sums.length / 2;
        arrays.add(row(Arrays.copyOfRange(sums, half * units, (half + 1) * units)));
      }
    }
    double n = known.units().get(0).rows();
    NDList found =
        program().run("backward", arrays, factor, n, divisor(known.units().get(0)), k, behind);
    List<Parameter> parameters = found(behind);
    Map<Parameter, NDArray> gradients = new LinkedHashMap<>();
    for (int i = 0; i < parameters.size(); i++) {
      gradients.put(parameters.get(i), found.get(i));
    }
    return new Gradients(Values.of(error.loss()), gradients);
  }

  /**
   * Lets the running statistics follow a step.
   *
   * @param known the moments of all layers
   */
  public void follow(Known known) {
    for (int i = 0; i < layers(); i++) {
      BatchNorm norm = norms.get(i);
      RowMoments moments = known.units().get(i);
      double[] mean = moments.means();
      if (hidden.get(i).bias() != null) {
        double[] bias = Values.of(hidden.get(i).bias().getArray().stopGradient());
        Arrays.setAll(mean, unit -> mean[unit] + bias[unit]);
      }
      follow(norm, norm.runningMean(), mean);
      follow(norm, norm.runningStd(), deviations(norm, moments));
    }
  }

  private static void follow(BatchNorm norm, Parameter running, double[] batch) {
    double[] values = Values.of(running.getArray());
    Arrays.setAll(values, unit -> norm.lambda() * values[unit] + (1 - norm.lambda()) * batch[unit]);
    Values.fill(running.getArray(), values);
  }

  private double divisor(RowMoments moments) {
    norms.get(0).checkSamples(moments.rows());
    return norms.get(0).hasPopulationVariance() ? moments.rows() : moments.rows() - 1;
  }

  /** σ_B. */
  private double[] deviations(BatchNorm norm, RowMoments moments) {
    double[] deviations = new double[moments.means().length];
    double divisor = divisor(moments);
    Arrays.setAll(deviations, unit -> Math.sqrt(moments.squares(unit) / divisor + norm.epsilon()));
    return deviations;
  }

  /** x, then W… γ… β… μ_B… 1/σ_B… of the layers that are known. */
  private NDList arrays(NDArray x, Known known) {
    int k = known.units().size();
    NDList[] parts = {
      new NDList(), new NDList(), new NDList(), new NDList(), new NDList(),
    };
    for (int i = 0; i < k; i++) {
      BatchNorm norm = norms.get(i);
      RowMoments moments = known.units().get(i);
      double[] inverse = deviations(norm, moments);
      Arrays.setAll(inverse, unit -> 1 / inverse[unit]);
      parts[0].add(hidden.get(i).weight().getArray());
      parts[1].add(row(norm.scale().getArray()));
      parts[2].add(row(norm.shift().getArray()));
      parts[3].add(row(moments.means()));
      parts[4].add(row(inverse));
    }
    NDList arrays = new NDList(x);
    for (NDList part : parts) {
      arrays.addAll(part);
    }
    return arrays;
  }

  private static NDArray row(NDArray perUnit) {
    return perUnit.stopGradient().reshape(1, 1, -1);
  }

  private NDArray row(double[] perUnit) {
    NDArray weight = output.weight().getArray();
    NDManager manager = weight.getManager();
    DataType type = weight.getDataType();
    return Values.array(manager, perUnit, new Shape(1, 1, perUnit.length), type);
  }

  private Program program() {
    if (program == null) {
      program = new Program(output.weight().getArray().getManager(), activation.into(METHODS));
    }
    return program;
  }
}
