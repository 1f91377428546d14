package io.github.batchnormlab.nn.fast;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.engine.Constants;
import io.github.batchnormlab.engine.Values;
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
 *            ∂E/∂z  = G Vᵀ ⊙ tanh'(z) = -4 · G Vᵀ ⊙ h ⊙ (h - 1)
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
 * needs what they held: three of them are made for a piece, and two live at a time.
 *
 * <p>All arrays have a leading axis of replicas. Gradients must be off on the thread.
 *
 * <p>Source of the rules: D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning
 * representations by back-propagating errors", 1986; for batch normalization S. Ioffe and C.
 * Szegedy, 2015, section 3, here with the statistics from the moments of the input.
 */
public final class PerceptronGradient {
  private static final int[] ROWS = {1};

  private final Linear hidden;
  private final LinearBatchNorm normalized;
  private final Linear output;
  private Scalars scalars;

  /**
   * @param hidden the layer before tanh
   * @param normalized that layer with batch normalization, or null
   * @param output the layer behind tanh
   */
  PerceptronGradient(Linear hidden, LinearBatchNorm normalized, Linear output) {
    this.hidden = hidden;
    this.normalized = normalized;
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
   * @param store where the values of the parameters are
   * @param moments those of the batch, or null without batch normalization
   * @param pieces the batch's rows; each piece is asked for when it is needed, so that not all need
   *     be there at once
   * @param loss the sum over rows of their losses
   * @param factor what the gradients are multiplied by
   * @return the loss without, the gradients with the factor
   */
  public Gradients of(
      ParameterStore store,
      Moments moments,
      List<Supplier<Rows>> pieces,
      SummedLoss loss,
      double factor) {
    NDArray v = output.affine(store, output.weight().getArray().getDevice(), true).get(0);
    LinearBatchNorm.Folded folded =
        normalized == null ? null : normalized.fold(store, moments, true);
    NDList affine = folded == null ? hidden.affine(store, v.getDevice(), true) : folded.affine();
    NDArray twice = TanhPerceptron.withBias(affine).muli(scalars().two());
    NDArray constant = output.bias().getArray().sub(v.sum(ROWS, true));
    Weights weights = new Weights(transposed(twice), v, transposed(v), transposed(constant));
    Sums sums = null;
    for (Supplier<Rows> piece : pieces) {
      sums = Sums.add(sums, sums(weights, piece, loss));
    }
    if (factor != 1) {
      NDArray by = Constants.create(v.getManager(), factor);
      sums.ofHidden.muli(by);
      sums.ofV.muli(by);
      sums.ofBias.muli(by);
    }
    return new Gradients(sums.losses, gradients(sums, folded, moments));
  }

  /**
   * What the pieces are multiplied by.
   *
   * @param hidden 2 [W' b']ᵀ, (replicas, units, in + 1)
   * @param v V, (replicas, units, outputs)
   * @param vTransposed Vᵀ
   * @param constant c - Σ V, (replicas, outputs, 1)
   */
  private record Weights(NDArray hidden, NDArray v, NDArray vTransposed, NDArray constant) {}

  /**
   * Sums over rows.
   *
   * @param losses of each replica
   * @param ofHidden -1/4 of the gradient of [W'; b'], (replicas, in + 1, units)
   * @param ofV Gᵀ h, (replicas, outputs, units)
   * @param ofBias the gradient of c, (replicas, 1, outputs)
   */
  private record Sums(double[] losses, NDArray ofHidden, NDArray ofV, NDArray ofBias) {

    static Sums add(Sums sums, Sums terms) {
      if (sums == null) {
        return terms;
      }
      Arrays.setAll(sums.losses, i -> sums.losses[i] + terms.losses[i]);
      sums.ofHidden.addi(terms.ofHidden);
      sums.ofV.addi(terms.ofV);
      sums.ofBias.addi(terms.ofBias);
      terms.arrays().close();
      return sums;
    }

    NDList arrays() {
      return new NDList(ofHidden, ofV, ofBias);
    }
  }

  /** Those of one piece; what else it took is freed. */
  private Sums sums(Weights weights, Supplier<Rows> piece, SummedLoss loss) {
    Sums sums;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Rows rows = piece.get();
      NDArray h = logistic(weights, rows.columns());
      NDArray y = weights.vTransposed.matMul(h).muli(scalars().two()).addi(weights.constant);
      SummedLoss.WithGradient found = loss.evaluateWithGradient(rows.labels(), transposed(y));
      NDArray g = transposed(found.gradient());
      NDArray ofV = g.matMul(transposed(h));
      NDArray ofZ = weights.v.matMul(g).muli(h).muli(h.subi(scalars().one()));
      h.close();
      NDArray ofHidden = rows.columns().matMul(transposed(ofZ));
      NDArray ofBias = found.gradient().sum(ROWS, true);
      sums = new Sums(Values.of(found.loss()), ofHidden, ofV, ofBias);
      NDScope.unregister(sums.arrays());
    }
    sums.arrays().forEach(NDScope::register);
    return sums;
  }

  /** σ(2z), (replicas, units, rows). */
  private static NDArray logistic(Weights weights, NDArray columns) {
    try (NDArray twiceZ = weights.hidden.matMul(columns)) {
      return Activation.sigmoid(twiceZ);
    }
  }

  private Map<Parameter, NDArray> gradients(
      Sums sums, LinearBatchNorm.Folded folded, Moments moments) {
    long inputs = hidden.weight().getShape().get(1);
    NDList ofHidden = sums.ofHidden.muli(scalars().minusFour()).split(new long[] {inputs}, 1);
    NDArray ofWeight = ofHidden.get(0);
    NDArray ofBias = ofHidden.get(1);
    Map<Parameter, NDArray> gradients = new LinkedHashMap<>();
    if (folded == null) {
      gradients.put(hidden.weight(), ofWeight);
      if (hidden.bias() != null) {
        gradients.put(hidden.bias(), ofBias);
      }
    } else {
      ofWeight.subi(transposed(moments.mean()).matMul(ofBias));
      NDArray w = hidden.weight().getArray();
      NDArray ofScale = ofWeight.mul(w).sum(ROWS, true).divi(folded.std());
      NDArray through = folded.product().mul(ofScale.div(folded.std()));
      gradients.put(hidden.weight(), ofWeight.subi(through).muli(folded.factor()));
      gradients.put(normalized.norm().scale(), ofScale);
      gradients.put(normalized.norm().shift(), ofBias);
    }
    gradients.put(output.weight(), transposed(sums.ofV.muli(scalars().two())).subi(sums.ofBias));
    gradients.put(output.bias(), sums.ofBias);
    return gradients;
  }

  private static NDArray transposed(NDArray array) {
    return array.swapAxes(1, 2);
  }

  /** Numbers as arrays, made once. */
  private record Scalars(NDArray one, NDArray two, NDArray minusFour) {}

  private Scalars scalars() {
    if (scalars == null) {
      NDManager manager = output.weight().getArray().getManager();
      scalars =
          new Scalars(
              Constants.lasting(manager, 1),
              Constants.lasting(manager, 2),
              Constants.lasting(manager, -4));
    }
    return scalars;
  }
}
