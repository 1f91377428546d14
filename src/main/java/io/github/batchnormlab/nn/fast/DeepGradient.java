package io.github.batchnormlab.nn.fast;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.batchnormlab.engine.Program;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.Gradients;
import io.github.batchnormlab.nn.Linear;
import io.github.batchnormlab.nn.SummedLoss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The gradient of a perceptron with any number of hidden layers, in closed form.
 *
 * <p>With h₀ = x, an activation f, and the loss's own gradient G = ∂E/∂y, which a {@link
 * SummedLoss} gives, layer by layer:
 *
 * <pre>
 * forward    z = h₋ W + b,   h = f(z),   y = h V + c
 * backward   ∂E/∂c = Σ G,   ∂E/∂V = hᵀ G,   ∂E/∂h = G Vᵀ        (Σ over the rows)
 *            ∂E/∂z = ∂E/∂h ⊙ f'(z)
 *            ∂E/∂b = Σ ∂E/∂z,   ∂E/∂W = h₋ᵀ ∂E/∂z,   ∂E/∂h₋ = ∂E/∂z Wᵀ
 * </pre>
 *
 * <p>where h₋ is the h of the layer before. The gradients of the parameters are sums over rows, so
 * that rows may come in pieces: those of each piece are added to those so far inside the matrix
 * product.
 *
 * <p>With batch normalization a layer is u = h₋ W, z = (u - μ_B) / σ_B · γ + β, h = f(z), and a
 * batch is one piece. PyTorch's kernels compute z of u and ∂E/∂u of ∂E/∂z. Their variance v divides
 * by n. Where ours divides by n - 1, ε' and γ' make up for it, exactly, with the share q = (n -
 * 1)/n, which is 1 otherwise:
 *
 * <pre>
 * σ_B² = v / q + ε = (v + ε') / q,   ε' = q ε
 * (u - μ_B) / σ_B · γ = (u - μ_B) / sqrt(v + ε') · γ',   γ' = γ sqrt(q),   ∂E/∂γ = ∂E/∂γ' sqrt(q)
 * </pre>
 *
 * <p>The kernel's own results are μ_B and 1 / sqrt(v + ε'), which the running statistics follow. A
 * bias b before batch normalization cancels and has no gradient. The kernel knows no replicas:
 * their units stand side by side for it, which takes a copy if there are several.
 *
 * <p>PyTorch's logistic function σ is six times as fast as its tanh, and tanh(z) = 2 σ(2z) - 1. The
 * 2 is a factor of the matrix product, or of γ and β, and tanh' = 1 - h². The result differs from
 * that of tanh by rounding: σ is rounded to 1e-16 of 1, where tanh is rounded to 1e-16 of itself.
 *
 * <p>All arrays have a leading axis of replicas. Forward and backward are methods of a {@link
 * Program}. An activation overwrites z, and its derivative the gradient, where they can.
 *
 * <p>Source of the rules: D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning
 * representations by back-propagating errors", 1986; for batch normalization S. Ioffe and C.
 * Szegedy, 2015, section 3.
 */
public final class DeepGradient {

  /** The activation of every hidden layer, in the words of {@link Program}. */
  public enum Activation {
    /** tanh(z). */
    TANH(
        "2.",
        "torch.sub_(torch.mul_(torch.sigmoid_(z), 2), 1)",
        "torch.tanh_backward(g, h, grad_input=g)"),
    /** max(z, 0). */
    RELU("1.", "torch.relu_(z)", "torch.threshold_backward(g, h, 0, grad_input=g)"),
    /** 1 / (1 + exp(-z)). */
    SIGMOID("1.", "torch.sigmoid_(z)", "torch.sigmoid_backward(g, h, grad_input=g)"),
    /** z Φ(z), with the normal distribution's Φ. */
    GELU("1.", "torch.gelu(z)", "torch.gelu_backward(g, z, grad_input=g)"),
    /** z. */
    LINEAR("1.", "z", "g");

    private final String factor;
    private final String value;
    private final String derivative;

    Activation(String factor, String value, String derivative) {
      this.factor = factor;
      this.value = value;
      this.derivative = derivative;
    }

    /**
     * {@return methods in which FACTOR, VALUE and DERIVATIVE are this activation's: h = VALUE of
     * FACTOR times z, and DERIVATIVE is the gradient with respect to z, of g, which is that with
     * respect to h} Both overwrite z and g where they can.
     *
     * @param methods their text
     */
    public String into(String methods) {
      return methods
          .replace("FACTOR", factor)
          .replace("VALUE", value)
          .replace("DERIVATIVE", derivative);
    }
  }

  /** For k hidden layers: W… and so on stand for one array of each. */
  private static final String AFFINE =
      """
        def forward(arrays, numbers):
          # x W… b… V c -> y z… h…
          k = len(arrays) // 2 - 1
          h = arrays[0]
          zs = annotate(List[Tensor], [])
          hs = annotate(List[Tensor], [])
          for i in range(k):
            z = torch.baddbmm(arrays[1 + k + i], h, arrays[1 + i], beta=FACTOR, alpha=FACTOR)
            h = VALUE
            torch.append(zs, z)
            torch.append(hs, h)
          y = torch.baddbmm(arrays[2 * k + 2], h, arrays[2 * k + 1])
          return torch.add(torch.add([y], zs), hs)
        def predict(arrays, numbers):
          return self.forward(arrays, numbers)[:1]
        def backward(arrays, numbers):
          # G x W… V z… h… [sums so far] -> the gradients c V, then b W of each layer, last first
          k = int(numbers[1])
          weights = arrays[2:3 + k]
          zs = arrays[3 + k:]
          hs = torch.add(arrays[1:2], arrays[3 + 2 * k:])
          sums = arrays[3 + 3 * k:]
          found = annotate(List[Tensor], [])
          g = arrays[0] * numbers[0]
          for step in range(k + 1):
            i = k - step
            if step > 0:
              h = hs[i + 1]
              z = zs[i]
              g = DERIVATIVE
            before = torch.transpose(hs[i], 1, 2)
            bias = torch.sum(g, [1], True)
            if len(sums) == 0:
              torch.append(found, bias)
              torch.append(found, torch.bmm(before, g))
            else:
              torch.append(found, torch.add_(sums[2 * step], bias))
              torch.append(found, torch.baddbmm_(sums[2 * step + 1], before, g))
            if i > 0:
              g = torch.bmm(g, torch.transpose(weights[i], 1, 2))
          return found
      """;

  private static final String NORMALIZED =
      """
        def forward(arrays, numbers):
          # x W… b… γ… β… μ… σ… V c -> y z… h… u… μ_B… 1/sqrt(v + ε')…
          epsilon, share, keep = numbers[:3]
          k = (len(arrays) - 3) // 6
          h = arrays[0]
          replicas, n = torch.size(h, 0), torch.size(h, 1)
          root = torch.sqrt(share)
          zs = annotate(List[Tensor], [])
          hs = annotate(List[Tensor], [])
          us = annotate(List[Tensor], [])
          means = annotate(List[Tensor], [])
          inverses = annotate(List[Tensor], [])
          for i in range(k):
            w, b, gamma, beta = arrays[1 + i], arrays[1 + k + i], arrays[1 + 2 * k + i], arrays[1 + 3 * k + i]
            mu, sigma = arrays[1 + 4 * k + i], arrays[1 + 5 * k + i]
            units = torch.size(w, 2)
            u = torch.reshape(torch.transpose(torch.bmm(h, w), 0, 1), [n, replicas * units])
            side, mean, inverse = torch.native_batch_norm(u, torch.flatten(gamma) * (FACTOR * root), torch.flatten(beta) * FACTOR, None, None, True, 0., epsilon * share)
            z = torch.contiguous(torch.transpose(torch.reshape(side, [n, replicas, units]), 0, 1))
            h = VALUE
            torch.add_(torch.mul_(mu, keep), torch.view_as(mean, mu) + torch.squeeze(b, 1), alpha=1 - keep)
            std = torch.reciprocal(inverse * root)
            torch.add_(torch.mul_(sigma, keep), torch.view_as(std, sigma), alpha=1 - keep)
            torch.append(zs, z)
            torch.append(hs, h)
            torch.append(us, u)
            torch.append(means, mean)
            torch.append(inverses, inverse)
          y = torch.baddbmm(arrays[6 * k + 2], h, arrays[6 * k + 1])
          return torch.add(torch.add(torch.add(torch.add(torch.add([y], zs), hs), us), means), inverses)
        def predict(arrays, numbers):
          # x W… b… γ… β… μ… σ… V c -> y
          k = (len(arrays) - 3) // 6
          h = arrays[0]
          for i in range(k):
            w, b, gamma, beta = arrays[1 + i], arrays[1 + k + i], arrays[1 + 2 * k + i], arrays[1 + 3 * k + i]
            mu, sigma = arrays[1 + 4 * k + i], arrays[1 + 5 * k + i]
            factor = torch.unsqueeze(gamma / sigma, 1)
            bias = (b - torch.unsqueeze(mu, 1)) * factor + torch.unsqueeze(beta, 1)
            z = torch.baddbmm(bias, h, w * factor, beta=FACTOR, alpha=FACTOR)
            h = VALUE
          return [torch.baddbmm(arrays[6 * k + 2], h, arrays[6 * k + 1])]
        def backward(arrays, numbers):
          # G x W… V z… h… u… μ_B… 1/sqrt(v + ε')… γ… -> c V, then β γ W of each layer, last first
          k = int(numbers[1])
          epsilon, share = numbers[2], numbers[3]
          root = torch.sqrt(share)
          weights = arrays[2:3 + k]
          zs = arrays[3 + k:]
          hs = torch.add(arrays[1:2], arrays[3 + 2 * k:])
          us = arrays[3 + 3 * k:]
          means = arrays[3 + 4 * k:]
          inverses = arrays[3 + 5 * k:]
          gammas = arrays[3 + 6 * k:]
          g = arrays[0] * numbers[0]
          replicas, n = torch.size(g, 0), torch.size(g, 1)
          found = [torch.sum(g, [1], True), torch.bmm(torch.transpose(hs[k], 1, 2), g)]
          for step in range(k):
            i = k - 1 - step
            h = hs[i + 1]
            z = zs[i]
            g = torch.bmm(g, torch.transpose(weights[i + 1], 1, 2))
            g = DERIVATIVE
            u = us[i]
            side = torch.reshape(torch.transpose(g, 0, 1), [n, -1])
            ofU, ofGamma, ofBeta = torch.native_batch_norm_backward(side, u, torch.flatten(gammas[i]) * root, None, None, means[i], inverses[i], True, epsilon * share, [True, True, True])
            g = torch.contiguous(torch.transpose(torch.reshape(ofU, [n, replicas, -1]), 0, 1))
            torch.append(found, ofBeta)
            torch.append(found, ofGamma * root)
            torch.append(found, torch.bmm(torch.transpose(hs[i], 1, 2), g))
          return found
      """;

  private final List<Linear> hidden;
  private final List<BatchNorm> norms;
  private final Linear output;
  private final Activation activation;
  private Program program;
  private NDList biases;

  /**
   * @param hidden the hidden layers, with replicas
   * @param norms what normalizes each of them; empty without batch normalization
   * @param activation stands behind each
   * @param output the last layer, which has a bias
   */
  public DeepGradient(
      List<Linear> hidden, List<BatchNorm> norms, Activation activation, Linear output) {
    this.hidden = List.copyOf(hidden);
    this.norms = List.copyOf(norms);
    this.activation = activation;
    this.output = output;
  }

  /**
   * Rows of a batch that are taken together.
   *
   * @param x (replicas, rows, in)
   * @param labels (replicas, rows, labels)
   */
  public record Rows(NDArray x, NDArray labels) {}

  /**
   * Runs a batch forward and backward; the running statistics follow.
   *
   * @param pieces the batch's rows, with batch normalization in one piece
   * @param loss the sum over rows of their losses
   * @param factor what the gradients are multiplied by
   * @return the loss without, the gradients with the factor
   * @throws IllegalArgumentException if a variance divides by n - 1 and n is 1
   */
  public Gradients of(List<Supplier<Rows>> pieces, SummedLoss loss, double factor) {
    double[] losses = null;
    NDList sums = new NDList();
    for (Supplier<Rows> piece : pieces) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        Rows rows = piece.get();
        NDList found = forward(rows.x());
        SummedLoss.WithGradient error = loss.evaluateWithGradient(rows.labels(), found.head());
        losses = PerceptronGradient.plus(losses, Values.of(error.loss()));
        NDList arrays = new NDList(error.gradient(), rows.x());
        arrays.addAll(values(hidden, Linear::weight));
        arrays.add(output.weight().getArray());
        arrays.addAll(found.subNDList(1));
        sums = backward(arrays, sums, rows.x().getShape().get(1), factor);
        NDScope.unregister(sums);
      }
      sums.forEach(NDScope::register);
    }
    return new Gradients(losses, gradients(sums));
  }

  private NDList forward(NDArray x) {
    if (norms.isEmpty()) {
      return program().run("forward", arrays(x));
    }
    long n = x.getShape().get(1);
    BatchNorm first = norms.get(0);
    first.checkSamples(n);
    return program().run("forward", arrays(x), first.epsilon(), share(n), first.lambda());
  }

  private NDList backward(NDList arrays, NDList sums, long n, double factor) {
    if (norms.isEmpty()) {
      arrays.addAll(sums);
      return program().run("backward", arrays, factor, hidden.size());
    }
    if (!sums.isEmpty()) {
      throw new IllegalArgumentException("Batch normalization needs a batch in one piece");
    }
    arrays.addAll(values(norms, BatchNorm::scale));
    return program()
        .run("backward", arrays, factor, hidden.size(), norms.get(0).epsilon(), share(n));
  }

  /** q. */
  private double share(long n) {
    return norms.get(0).hasPopulationVariance() ? 1 : (n - 1.0) / n;
  }

  /** As the program gives them: of the last layer first. */
  private Map<Parameter, NDArray> gradients(NDList found) {
    Map<Parameter, NDArray> gradients = new LinkedHashMap<>();
    gradients.put(output.bias(), found.get(0));
    gradients.put(output.weight(), found.get(1));
    int next = 2;
    for (int i = hidden.size() - 1; i >= 0; i--) {
      Linear linear = hidden.get(i);
      if (norms.isEmpty()) {
        if (linear.bias() != null) {
          gradients.put(linear.bias(), found.get(next));
        }
        next++;
      } else {
        gradients.put(norms.get(i).shift(), found.get(next++));
        gradients.put(norms.get(i).scale(), found.get(next++));
      }
      gradients.put(linear.weight(), found.get(next++));
    }
    return gradients;
  }

  /**
   * {@return the predictions in evaluation, (replicas, rows, outputs)} Nothing can be
   * differentiated by them.
   *
   * @param x (replicas, rows, in)
   */
  public NDArray predict(NDArray x) {
    return program().run("predict", arrays(x)).head();
  }

  /** x, and all that the network is. */
  private NDList arrays(NDArray x) {
    NDList arrays = new NDList(x);
    arrays.addAll(values(hidden, Linear::weight));
    arrays.addAll(biases());
    arrays.addAll(values(norms, BatchNorm::scale));
    arrays.addAll(values(norms, BatchNorm::shift));
    arrays.addAll(values(norms, BatchNorm::runningMean));
    arrays.addAll(values(norms, BatchNorm::runningStd));
    arrays.add(output.weight().getArray());
    arrays.add(output.bias().getArray());
    return arrays;
  }

  private static <T> NDList values(List<T> layers, Function<T, Parameter> parameter) {
    NDList values = new NDList();
    layers.forEach(layer -> values.add(parameter.apply(layer).getArray()));
    return values;
  }

  /** Those of the hidden layers, zeros where a layer has none. */
  private NDList biases() {
    if (biases == null) {
      biases = new NDList();
      for (Linear linear : hidden) {
        biases.add(linear.bias() == null ? zeros(linear) : linear.bias().getArray());
      }
    }
    return biases;
  }

  private static NDArray zeros(Linear linear) {
    NDArray weight = linear.weight().getArray();
    NDManager manager = weight.getManager();
    long[] row = weight.getShape().getShape().clone();
    row[1] = 1;
    NDArray zeros = manager.zeros(new Shape(row), weight.getDataType());
    NDScope.unregister(zeros);
    return zeros;
  }

  private Program program() {
    if (program == null) {
      String methods = norms.isEmpty() ? AFFINE : NORMALIZED;
      program = new Program(output.weight().getArray().getManager(), activation.into(methods));
    }
    return program;
  }
}
