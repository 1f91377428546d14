package io.github.batchnormlab.study;

/**
 * What a trained network does, for one replica of an arm.
 *
 * @param arm the arm
 * @param replica the replica, from 0
 * @param targets x, y and lv of test points, the first 1,000 at most, {@code [point][target]}
 * @param predictions what the network says of them, {@code [point][target]}
 * @param scale the learned scale of each hidden unit, empty without batch norm
 * @param shift the learned shift of each hidden unit, empty without batch norm
 */
public record Outcome(
    Arm arm,
    int replica,
    double[][] targets,
    double[][] predictions,
    double[] scale,
    double[] shift) {}
