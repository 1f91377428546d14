package io.github.batchnormlab.study;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a component of a record of {@link Settings} as a setting: all that is known of it stands
 * here, and {@link Options} makes the rest of it. The name is the component's, in words joined by
 * dashes: {@code trainSize} is {@code --train-size}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {
  /** The default that stands for the number of the machine's cores. */
  String CORES = "cores";

  /** The default, as a user would write it. */
  String value();

  /** What stands for the value in the help, such as {@code N}. */
  String kind();

  /** One sentence of help, without its full stop. */
  String help();

  /** The name in the report. */
  String label();

  /** The numbers that make sense, as an interval such as {@code [0, 1)}; empty for any. */
  String range() default "";

  /** Whether a run that goes on may have a larger value. */
  boolean mayGrow() default false;

  /** Whether it has a part in the data and the initial weights of a seed. */
  boolean draws() default false;
}
