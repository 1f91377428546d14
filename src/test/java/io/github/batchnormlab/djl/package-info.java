/**
 * Faults of DJL that the program works around, each shown by a test.
 *
 * <p>A test that fails says good news: DJL has mended the fault, and the workaround that the test
 * names can go. No class of the program is used here.
 */
package io.github.batchnormlab.djl;
