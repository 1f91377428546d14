package io.github.batchnormlab.export;

import io.github.batchnormlab.study.Versions;

/**
 * Where a network comes from, as far as it does not know that itself.
 *
 * @param replica which of its study's replicas it is, from 0
 * @param versions of what has trained it
 */
public record Origin(int replica, Versions versions) {}
