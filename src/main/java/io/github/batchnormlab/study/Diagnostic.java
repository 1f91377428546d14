package io.github.batchnormlab.study;

import java.io.Serializable;
import java.util.Locale;

/**
 * One number from inside a network, a row of {@code diagnostics.csv}.
 *
 * @param arm the arm
 * @param replica the replica, from 0
 * @param epoch the epoch, from 0; the number is of the network before that epoch's step
 * @param quantity what it is
 * @param key which part of the quantity, as {@link Quantity} says; in a network with several hidden
 *     layers with {@code @} and the layer behind it where the name does not hold it
 * @param value the number
 */
public record Diagnostic(
    Arm arm, int replica, int epoch, Quantity quantity, String key, double value)
    implements Serializable {

  private static final String LAYER = "@";

  /**
   * {@return a key of a hidden layer: the key itself in a network that has one such layer}
   *
   * @param key the key
   * @param layer the layer, from 1
   * @param layers how many hidden layers the network has
   */
  public static String key(Object key, int layer, int layers) {
    return layers == 1 ? key.toString() : key + LAYER + layer;
  }

  /**
   * {@return the key without its layer}
   *
   * @param key the key
   */
  public static String part(String key) {
    int end = key.indexOf(LAYER);
    return end < 0 ? key : key.substring(0, end);
  }

  /**
   * {@return the layer of a key, with {@code @}, or as the number at the end of a name, or of
   * {@code own1.NAME}; 0 if it has none}
   *
   * @param key the key
   */
  public static int layer(String key) {
    String digits =
        key.replaceFirst("^own(\\d+)\\..*|^(?:.*" + LAYER + "|[a-zA-Z]+)(\\d+)$", "$1$2");
    return digits.matches("\\d{1,6}") ? Integer.parseInt(digits) : 0;
  }

  /** What is looked at inside a network. z is the input of tanh, h = tanh(z) its output. */
  public enum Quantity {
    /** A quantile of z over units and points; the key is the quantile's level, such as 0.25. */
    Z_QUANTILE,
    /** The share of z in a bin over units and points; the key is the bin's middle. */
    Z_HISTOGRAM,
    /** The share of h with |h| > 0.99; the key is empty. */
    SATURATED_SHARE,
    /** The share of z with |z| &lt; 0.1; the key is empty. */
    LINEAR_SHARE,
    /**
     * The norm of the loss's gradient (per point); the key is a parameter (weight1, bias1, scale,
     * shift, weight2, bias2) or z for that with respect to the hidden layer's input.
     */
    GRADIENT_NORM,
    /** The norm of the effective weights, batch norm folded in; the key is weight1, bias1, …. */
    WEIGHT_NORM,
    /** The smallest effective weight; the key is weight1, bias1, weight2 or bias2. */
    WEIGHT_MIN,
    /** The largest effective weight; the key is weight1, bias1, weight2 or bias2. */
    WEIGHT_MAX,
    /**
     * The norm of the Jacobian of the outputs with respect to the inputs, in evaluation, averaged
     * over some test points: how steep the function is that the network has learned; the key is
     * empty.
     */
    JACOBIAN_NORM,
    /**
     * The loss of some training points after a step against its gradient; the key is the step's
     * length.
     */
    LOSS_ALONG_GRADIENT,
    /**
     * The norm of the gradient's change over a step against the gradient, divided by the gradient's
     * norm; the key is the step's length.
     */
    GRADIENT_CHANGE;

    /**
     * {@return the quantity of a name}
     *
     * @param id the name
     * @throws IllegalArgumentException if there is none
     */
    public static Quantity of(String id) {
      return valueOf(id.toUpperCase(Locale.ROOT));
    }

    /** {@return the name in {@code diagnostics.csv}, such as {@code z_quantile}} */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
