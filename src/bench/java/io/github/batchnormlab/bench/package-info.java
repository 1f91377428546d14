/** The benchmark: the application, timed from outside against its peers. */
package io.github.batchnormlab.bench;
