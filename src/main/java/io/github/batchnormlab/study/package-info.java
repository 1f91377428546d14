/**
 * What is asked and what came out, in plain Java: settings, each declared once, arms as far as they
 * are known without a network, and results.
 *
 * <p>It knows nothing of DJL, of files or of the command line, and imports no other package of the
 * program.
 *
 * @serial exclude
 */
package io.github.batchnormlab.study;
