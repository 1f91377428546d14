/**
 * Trained networks in formats that other programs read: {@link
 * io.github.batchnormlab.export.ExportFormat} names them.
 *
 * <p>{@link io.github.batchnormlab.export.OnnxExport} writes a program, preprocessing included,
 * {@link io.github.batchnormlab.export.SafetensorsExport} parameters under PyTorch's names. Both
 * make bytes; the package knows nothing of files, runs or the command line.
 */
package io.github.batchnormlab.export;
