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

  /** The studies that a setting has a part in. */
  enum Of {
    ALL,
    /** Those of a table of the user's own. */
    TABLES,
    /** Those of images. */
    IMAGES,
    /** Those of the article's points. */
    POINTS
  }

  /** The default, as a user would write it; empty if there is none. */
  String value();

  /** The default where a table or images are learned; empty if it is the same. */
  String withData() default "";

  /** The studies that it has a part in; elsewhere it is refused. */
  Of of() default Of.ALL;

  /** What stands for the value in the help, such as {@code N}. */
  String kind();

  /** One sentence of help, without its full stop. */
  String help();

  /** The name in the report. */
  String label();

  /** The numbers that make sense, as an interval such as {@code [0, 1)}; empty for any. */
  String range() default "";

  /** The setting with which it makes no sense; empty if there is none. */
  String unless() default "";

  /** Whether a run that goes on may have a larger value. */
  boolean mayGrow() default false;

  /** Whether it is a file of which a run that goes on may have another place. */
  boolean mayMove() default false;

  /** Whether it has a part in the data and the initial weights of a seed. */
  boolean draws() default false;
}
