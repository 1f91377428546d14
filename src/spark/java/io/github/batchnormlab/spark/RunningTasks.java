package io.github.batchnormlab.spark;

import io.github.batchnormlab.study.StudyListener;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** Tells studies when the first of their tasks gets a core, and when none has one any more. */
final class RunningTasks extends SparkListener {
  private static final String PROPERTY = "batchnormlab.study";

  private final Map<String, Study> studies = new HashMap<>();
  private final Map<Integer, Study> byStage = new HashMap<>();
  private int last;

  private static final class Study {
    StudyListener listener;
    int tasks;

    Study(StudyListener listener) {
      this.listener = listener;
    }
  }

  /**
   * Listens for the jobs that this thread hands over from now on.
   *
   * @return stops to listen
   */
  synchronized Runnable tell(StudyListener listener, JavaSparkContext spark) {
    String name = Integer.toString(last++);
    studies.put(name, new Study(listener));
    spark.setLocalProperty(PROPERTY, name);
    return () -> {
      spark.setLocalProperty(PROPERTY, null);
      forget(name);
    };
  }

  private synchronized void forget(String name) {
    studies.remove(name).listener = StudyListener.NONE; // Some news may still be on its way.
  }

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted event) {
    Properties properties = event.properties();
    Study study = properties == null ? null : studies.get(properties.getProperty(PROPERTY));
    if (study != null) {
      byStage.put(event.stageInfo().stageId(), study);
    }
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart event) {
    Study study = byStage.get(event.stageId());
    if (study != null && study.tasks++ == 0) {
      study.listener.trainsElsewhere(true);
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
    Study study = byStage.get(event.stageId());
    if (study != null && --study.tasks == 0) {
      study.listener.trainsElsewhere(false);
    }
  }

  @Override
  public synchronized void onStageCompleted(SparkListenerStageCompleted event) {
    byStage.remove(event.stageInfo().stageId());
  }
}
