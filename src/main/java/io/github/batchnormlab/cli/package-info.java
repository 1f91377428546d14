/**
 * The command line: options, progress, exit codes, and what Ctrl-C does. It tells a study what to
 * train and writes the files of a run. It knows all other packages, and none of them knows it.
 */
package io.github.batchnormlab.cli;
