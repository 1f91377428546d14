package io.github.batchnormlab.data;

import java.io.Serializable;

/**
 * The rows of a block as a network takes them; each part may be empty. Not copied.
 *
 * @param trainX the features of the training rows, row by row
 * @param trainY their targets
 * @param testX the features of the test rows
 * @param testY their targets
 */
public record RowBlock(double[] trainX, double[] trainY, double[] testX, double[] testY)
    implements Serializable {}
