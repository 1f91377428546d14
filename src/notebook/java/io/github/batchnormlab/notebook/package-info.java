/**
 * Makes the notebook of {@code notebooks-export} of its source, executes it in JShell, and checks
 * the files that are kept. It knows the whole program, which knows nothing of it.
 */
package io.github.batchnormlab.notebook;
