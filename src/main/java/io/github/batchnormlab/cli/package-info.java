/**
 * The command line: options, progress, the table at the end, exit codes.
 *
 * <p>It tells the program's story from top to bottom: settings, study, files, report. How a network
 * trains and how a page is made it leaves to the packages below; no package imports this one.
 */
package io.github.batchnormlab.cli;
