/**
 * The arms and their networks: which layers an arm has, what they start from, how rows go through
 * them, and how they are saved.
 *
 * <p>It knows nothing of losses, optimizers, epochs or files of a run.
 */
package io.github.batchnormlab.model;
