package io.github.batchnormlab.nn.fast;

import ai.djl.ndarray.NDArray;

/**
 * The mean and the covariance of the rows of a batch.
 *
 * @param mean (…, 1, in)
 * @param covariance (…, in, in)
 */
public record Moments(NDArray mean, NDArray covariance) {}
