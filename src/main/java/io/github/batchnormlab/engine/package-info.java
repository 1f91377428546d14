/**
 * DJL and PyTorch made safe: devices, gradients per thread, constants that own their memory, values
 * to and from Java, the allocator.
 *
 * <p>Everything that works around a fault of the engine is here or says so where it stands. It
 * knows nothing of blocks, networks or training.
 */
package io.github.batchnormlab.engine;
