package io.github.batchnormlab.data;

/**
 * The rows of one replica.
 *
 * @param train the rows that it learns
 * @param test the rows that it is tested on, with the same columns
 */
public record Split(Table train, Table test) {}
