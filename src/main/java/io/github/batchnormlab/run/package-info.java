/**
 * Studies as they run, and their files: which trainings there are, what they need, checkpoints, the
 * folder of a run, and reading it back.
 *
 * <p>{@link io.github.batchnormlab.run.Study} tells the story. The package knows nothing of
 * figures, pages or the command line.
 *
 * @serial exclude
 */
package io.github.batchnormlab.run;
