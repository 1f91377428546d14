package io.github.batchnormlab.nn.fast;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Parameter;
import io.github.batchnormlab.engine.Program;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.Gradients;
import io.github.batchnormlab.nn.Linear;
import io.github.batchnormlab.nn.SummedLoss;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The gradient of a perceptron with one hidden layer of tanh, in closed form.
 *
 * <p>What stands before tanh is {@code z = x W' + b'}, with W' = W and b' = b, or with batch
 * normalization as {@link LinearBatchNorm} folds it. With the logistic function σ and the loss's
 * own gradient G = ∂E/∂y, which a {@link SummedLoss} gives:
 *
 * <pre>
 * forward    h = σ(2z),   tanh(z) = 2h - 1,   y = 2 h V + (c - Σ V)
 * backward   ∂E/∂c  = Σ G                     (over the rows)
 *            ∂E/∂V  = 2 hᵀ G - Σ G
 *            ∂E/∂z  = G Vᵀ ⊙ tanh'(z) = 4 · G Vᵀ ⊙ h ⊙ (1 - h)
 *            ∂E/∂W' = xᵀ ∂E/∂z,   ∂E/∂b' = Σ ∂E/∂z
 * </pre>
 *
 * <p>The gradients of the parameters are sums over rows, so that rows may come in pieces. Without
 * normalization that is all. With it W' and b' depend on W, the scale γ and the shift β through the
 * moments of the whole batch, m and C: σ_B = sqrt(diag(Wᵀ C W) + ε), s = γ / σ_B, W' = W · s, b' =
 * β - m W'. The chain rule goes backwards through these, once for the batch, on arrays as small as
 * the weights:
 *
 * <pre>
 * T      = ∂E/∂W' - mᵀ ∂E/∂b'                 (b' holds W' too)
 * ∂E/∂β  = ∂E/∂b'
 * ∂E/∂s  = Σ T ⊙ W                            (over the inputs)
 * ∂E/∂γ  = ∂E/∂s / σ_B
 * ∂E/∂W  = s · (T - C W · ∂E/∂γ / σ_B)
 * </pre>
 *
 * <p>The last line holds because ∂σ_B/∂W = C W / σ_B and ∂s/∂σ_B = -s / σ_B. A bias b before batch
 * normalization cancels and has no gradient.
 *
 * <p>As in {@link TanhPerceptron} the large arrays stand transposed, units by rows, and [x 1]ᵀ
 * takes the place of x, so that W' and b' are one matrix. They are overwritten as soon as nobody
 * needs what they held: two of them are made for a piece.
 *
 * <p>All arrays have a leading axis of replicas. Every step is a method of a {@link Program}.
 *
 * <p>Source of the rules: D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning
 * representations by back-propagating errors", 1986; for batch normalization S. Ioffe and C.
 * Szegedy, 2015, section 3, here with the statistics from the moments of the input.
 */
public final class PerceptronGradient {
  private static final String METHODS =
      """
        def affine(arrays, numbers):
          # W [b] -> 2 [W; b]ᵀ
          w = arrays[0]
          b = torch.zeros_like(torch.narrow(w, 1, 0, 1))
          if len(arrays) > 1:
            b = arrays[1]
          return [torch.transpose(torch.cat([w, b], 1) * 2, 1, 2)]
        def normalized(arrays, numbers):
          # W γ β μ σ m C [b] -> 2 [W'; b']ᵀ σ_B s CW; the running statistics follow
          w, gamma, beta, mu, sigma, mean, covariance = arrays[:7]
          product = torch.bmm(covariance, w)
          std = torch.sqrt(torch.sum(product * w, [1], True) + numbers[0])
          batch = torch.bmm(mean, w)
          if len(arrays) > 7:
            batch = batch + arrays[7]
          keep = numbers[1]
          torch.add_(torch.mul_(mu, keep), torch.squeeze(batch, 1), alpha=1 - keep)
          torch.add_(torch.mul_(sigma, keep), torch.squeeze(std, 1), alpha=1 - keep)
          factor = torch.unsqueeze(gamma, 1) / std
          weight = w * factor
          bias = torch.unsqueeze(beta, 1) - torch.bmm(mean, weight)
          return [self.affine([weight, bias], numbers)[0], std, factor, product]
        def evaluated(arrays, numbers):
          # W γ β μ σ [b] -> 2 [W'; b']ᵀ
          w, gamma, beta, mu, sigma = arrays[:5]
          factor = torch.unsqueeze(gamma / sigma, 1)
          offset = -torch.unsqueeze(mu, 1)
          if len(arrays) > 5:
            offset = arrays[5] + offset
          return self.affine([w * factor, offset * factor + torch.unsqueeze(beta, 1)], numbers)
        def forward(arrays, numbers):
          # 2 [W'; b']ᵀ V c [x 1]ᵀ -> y h
          hidden, v, c, columns = arrays
          h = torch.sigmoid_(torch.bmm(hidden, columns))
          constant = torch.transpose(c - torch.sum(v, [1], True), 1, 2)
          y = torch.baddbmm(constant, torch.transpose(v, 1, 2), h, alpha=2)
          return [torch.transpose(y, 1, 2), h]
        def backward(arrays, numbers):
          # h V [x 1]ᵀ G [sums so far] -> ∂E/∂[W'; b'] / 4, Gᵀ h, ∂E/∂c
          h, v, columns, gradient = arrays[:4]
          g = torch.transpose(gradient, 1, 2)
          ofV = torch.bmm(g, torch.transpose(h, 1, 2))
          ofZ = torch.bmm(v, g)
          torch.sigmoid_backward(ofZ, h, grad_input=ofZ)
          ofHidden = torch.bmm(columns, torch.transpose(ofZ, 1, 2))
          sums = [ofHidden, ofV, torch.sum(gradient, [1], True)]
          for i in range(len(arrays) - 4):
            torch.add_(sums[i], arrays[4 + i])
          return sums
        def ofAffine(arrays, numbers):
          # sums W -> ∂E/∂W' ∂E/∂b' ∂E/∂V ∂E/∂c
          ofHidden, ofV, ofC, w = arrays
          torch.mul_(ofHidden, 4 * numbers[0])
          inputs = torch.size(w, 1)
          ofC = ofC * numbers[0]
          ofV = torch.transpose(ofV * (2 * numbers[0]), 1, 2) - ofC
          return [torch.narrow(ofHidden, 1, 0, inputs), torch.narrow(ofHidden, 1, inputs, 1), ofV, ofC]
        def ofNormalized(arrays, numbers):
          # sums W m σ_B s CW -> ∂E/∂W ∂E/∂γ ∂E/∂β ∂E/∂V ∂E/∂c
          mean, std, factor, product = arrays[4:]
          ofWeight, ofShift, ofV, ofC = self.ofAffine(arrays[:4], numbers)
          t = ofWeight - torch.bmm(torch.transpose(mean, 1, 2), ofShift)
          ofScale = torch.sum(t * arrays[3], [1], True) / std
          return [factor * (t - product * (ofScale / std)), ofScale, ofShift, ofV, ofC]
      """;

  private final Linear hidden;
  private final BatchNorm norm;
  private final Linear output;
  private Program program;

  /**
   * @param hidden the layer before tanh
   * @param norm what normalizes it, or null
   * @param output the layer behind tanh, which has a bias
   */
  PerceptronGradient(Linear hidden, BatchNorm norm, Linear output) {
    this.hidden = hidden;
    this.norm = norm;
    this.output = output;
  }

  /**
   * Rows of a batch that are taken together.
   *
   * @param columns those of the rows, see {@link TanhPerceptron#columns}
   * @param labels (replicas, rows, labels)
   */
  public record Rows(NDArray columns, NDArray labels) {}

  /**
   * Runs a batch forward and backward; the running statistics follow.
   *
   * @param moments those of the batch, or null without batch normalization
   * @param pieces the batch's rows; each piece is asked for when it is needed, so that not all need
   *     be there at once
   * @param loss the sum over rows of their losses
   * @param factor what the gradients are multiplied by
   * @return the loss without, the gradients with the factor
   */
  public Gradients of(
      Moments moments, List<Supplier<Rows>> pieces, SummedLoss loss, double factor) {
    NDList affine = norm == null ? program().run("affine", linear()) : normalized(moments);
    double[] losses = null;
    NDList sums = new NDList();
    for (Supplier<Rows> piece : pieces) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        Rows rows = piece.get();
        NDList found = forward(affine.head(), rows.columns());
        SummedLoss.WithGradient error = loss.evaluateWithGradient(rows.labels(), found.head());
        NDList arrays =
            new NDList(found.get(1), value(output.weight()), rows.columns(), error.gradient());
        arrays.addAll(sums);
        sums = program().run("backward", arrays);
        NDScope.unregister(sums);
        losses = plus(losses, Values.of(error.loss()));
      }
      sums.forEach(NDScope::register);
    }
    return new Gradients(losses, gradients(sums, affine, moments, factor));
  }

  /**
   * The losses of some pieces and of one more, piece by piece.
   *
   * @param sums null before the first
   */
  static double[] plus(double[] sums, double[] terms) {
    if (sums != null) {
      Arrays.setAll(terms, i -> sums[i] + terms[i]);
    }
    return terms;
  }

  private NDList normalized(Moments moments) {
    NDList arrays = withBias(withNorm(), moments.mean(), moments.covariance());
    return program().run("normalized", arrays, norm.epsilon(), norm.lambda());
  }

  private NDList forward(NDArray affine, NDArray columns) {
    return program()
        .run("forward", new NDList(affine, value(output.weight()), value(output.bias()), columns));
  }

  private Map<Parameter, NDArray> gradients(
      NDList sums, NDList affine, Moments moments, double factor) {
    Map<Parameter, NDArray> gradients = new LinkedHashMap<>();
    NDList arrays = new NDList(sums);
    arrays.add(value(hidden.weight()));
    NDList found;
    if (norm == null) {
      found = program().run("ofAffine", arrays, factor);
      gradients.put(hidden.weight(), found.get(0));
      if (hidden.bias() != null) {
        gradients.put(hidden.bias(), found.get(1));
      }
    } else {
      arrays.add(moments.mean());
      arrays.addAll(affine.subNDList(1));
      found = program().run("ofNormalized", arrays, factor);
      gradients.put(hidden.weight(), found.get(0));
      gradients.put(norm.scale(), found.get(1));
      gradients.put(norm.shift(), found.get(2));
    }
    gradients.put(output.weight(), found.get(found.size() - 2));
    gradients.put(output.bias(), found.get(found.size() - 1));
    return gradients;
  }

  /**
   * {@return the predictions in evaluation, (replicas, rows, outputs)} Nothing can be
   * differentiated by them.
   *
   * @param columns those of the rows, see {@link TanhPerceptron#columns}
   */
  public NDArray predict(NDArray columns) {
    NDList affine =
        norm == null
            ? program().run("affine", linear())
            : program().run("evaluated", withBias(withNorm()));
    return forward(affine.head(), columns).head();
  }

  private NDList linear() {
    return withBias(new NDList(value(hidden.weight())));
  }

  private NDList withNorm() {
    return new NDList(
        value(hidden.weight()),
        value(norm.scale()),
        value(norm.shift()),
        value(norm.runningMean()),
        value(norm.runningStd()));
  }

  /** Some arrays, and at their end the bias, if there is one. */
  private NDList withBias(NDList arrays, NDArray... more) {
    arrays.addAll(Arrays.asList(more));
    if (hidden.bias() != null) {
      arrays.add(value(hidden.bias()));
    }
    return arrays;
  }

  private static NDArray value(Parameter parameter) {
    return parameter.getArray();
  }

  private Program program() {
    if (program == null) {
      program = new Program(value(output.weight()).getManager(), METHODS);
    }
    return program;
  }
}
