package io.github.batchnormlab.study;

/**
 * What was found of a column that a study uses.
 *
 * @param name as in the header
 * @param isTarget whether it is learned, else it is a feature
 * @param isText whether its cells are texts, else numbers
 * @param categories how many categories or classes there are; 0 for numbers
 * @param missing how many of its cells are missing, those of rows that are left out among them
 */
public record ColumnFacts(
    String name, boolean isTarget, boolean isText, int categories, long missing) {}
