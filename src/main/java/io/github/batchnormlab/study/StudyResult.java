package io.github.batchnormlab.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a study has given, to its end or until it was interrupted: plain values only.
 *
 * @param settings what was asked
 * @param arms what each arm gave, in the order of the settings
 * @param diagnostics what was seen inside the networks, arm by arm and epoch by epoch
 * @param outcomes what each arm's first replica does after training, in the order of the arms
 * @param provenance where the result comes from
 * @param data what was found of the table; empty for the article's points
 */
public record StudyResult(
    Settings settings,
    List<ArmResult> arms,
    List<Diagnostic> diagnostics,
    List<Outcome> outcomes,
    Provenance provenance,
    Optional<DataFacts> data) {
  /** So many stopped replicas are told one by one. */
  private static final int MOST_STOPS = 6;

  /**
   * Takes copies of the lists.
   *
   * @param settings what was asked
   * @param arms what each arm gave, in the order of the settings
   * @param diagnostics what was seen inside the networks, arm by arm and epoch by epoch
   * @param outcomes what each arm's first replica does after training, in the order of the arms
   * @param provenance where the result comes from
   * @param data what was found of the table; empty for the article's points
   */
  public StudyResult {
    arms = List.copyOf(arms);
    diagnostics = List.copyOf(diagnostics);
    outcomes = List.copyOf(outcomes);
  }

  /**
   * A result for the article's points.
   *
   * @param settings what was asked
   * @param arms what each arm gave, in the order of the settings
   * @param diagnostics what was seen inside the networks, arm by arm and epoch by epoch
   * @param outcomes what each arm's first replica does after training, in the order of the arms
   * @param provenance where the result comes from
   */
  public StudyResult(
      Settings settings,
      List<ArmResult> arms,
      List<Diagnostic> diagnostics,
      List<Outcome> outcomes,
      Provenance provenance) {
    this(settings, arms, diagnostics, outcomes, provenance, Optional.empty());
  }

  /** {@return whether nothing is left to train} */
  public boolean isFinished() {
    return arms.size() == settings.net().arms().size()
        && arms.stream()
            .allMatch(
                arm ->
                    arm.epochs().length == settings.fit().replicas()
                        && replicas()
                            .allMatch(replica -> arm.isFinished(replica, settings.fit().epochs())));
  }

  /**
   * {@return whether nothing is left to train because every network has stopped with a loss not
   * finite}
   */
  public boolean hasFailed() {
    return isFinished()
        && arms.stream()
            .allMatch(arm -> replicas().allMatch(replica -> arm.stopped(replica).isPresent()));
  }

  /** {@return whether not one epoch has been trained} */
  public boolean isEmpty() {
    return arms.stream().allMatch(arm -> IntStream.of(arm.epochs()).allMatch(n -> n == 0));
  }

  private IntStream replicas() {
    return IntStream.range(0, arms.get(0).epochs().length);
  }

  /**
   * {@return what can be compared in an interrupted run: the replicas that all arms have finished,
   * or if there are none, as many epochs as all arms have of the first replicas that they have
   * begun} An arm that has not begun is left out. A finished run is given back as it is.
   */
  public StudyResult comparable() {
    if (isFinished() || isEmpty()) {
      return this;
    }
    List<ArmResult> begun =
        arms.stream()
            .filter(arm -> IntStream.of(arm.epochs()).anyMatch(n -> n > 0))
            .collect(Collectors.toCollection(ArrayList::new));
    int epochs = settings.fit().epochs();
    int[] kept =
        replicas()
            .filter(r -> begun.stream().allMatch(arm -> arm.isFinished(r, settings.fit().epochs())))
            .toArray();
    if (kept.length == 0) {
      while (replicas().allMatch(replica -> common(begun, replica) == 0)) {
        begun.remove(begun.size() - 1); // It has begun with other replicas than those before it.
      }
      epochs = replicas().map(replica -> common(begun, replica)).max().orElseThrow();
      int most = epochs;
      kept = replicas().filter(replica -> common(begun, replica) == most).toArray();
    }
    int[] replicas = kept;
    int first = epochs;
    return new StudyResult(
        settings,
        begun.stream().map(arm -> arm.part(replicas, first)).toList(),
        diagnostics.stream()
            .filter(row -> row.epoch() < first)
            .filter(row -> IntStream.of(replicas).anyMatch(r -> r == row.replica()))
            .toList(),
        first == settings.fit().epochs() && replicas[0] == 0 ? outcomes : List.of(),
        provenance,
        data);
  }

  /**
   * {@return the first epochs of every replica}
   *
   * @param epochs how many epochs
   */
  public StudyResult first(int epochs) {
    int[] all = replicas().toArray();
    return new StudyResult(
        settings,
        arms.stream().map(arm -> arm.part(all, epochs)).toList(),
        diagnostics.stream().filter(row -> row.epoch() < epochs).toList(),
        epochs == settings.fit().epochs() ? outcomes : List.of(),
        provenance,
        data);
  }

  /** How many epochs of a replica all arms have; a stopped one has all that it will ever have. */
  private int common(List<ArmResult> begun, int replica) {
    return begun.stream()
        .mapToInt(
            arm ->
                arm.stopped(replica).isPresent() ? settings.fit().epochs() : arm.epochs()[replica])
        .min()
        .orElseThrow();
  }

  /**
   * {@return what a reader must know before the numbers, in sentences; nothing for a run like any
   * other}
   */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!isFinished()) {
      StudyResult shown = comparable();
      int epochs = shown.arms().get(0).trainLoss()[0].length;
      notes.add(
          "This run was interrupted. Shown are "
              + (epochs == settings.fit().epochs()
                  ? "all " + Plain.count(epochs)
                  : "the first "
                      + Plain.count(epochs)
                      + " of "
                      + Plain.count(settings.fit().epochs()))
              + " epochs"
              + (settings.fit().replicas() == 1
                  ? ""
                  : " of "
                      + shown.arms().get(0).epochs().length
                      + " of "
                      + settings.fit().replicas()
                      + " replicas")
              + (shown.arms().size() == settings.net().arms().size() ? "" : ", and not all arms")
              + ".");
    }
    Sessions.note(provenance.sessions()).ifPresent(notes::add);
    List<String> stops = stops();
    if (stops.size() <= MOST_STOPS) {
      notes.addAll(stops);
    } else {
      notes.addAll(stops.subList(0, MOST_STOPS));
      notes.add(stops.size() - MOST_STOPS + " more trainings stopped for the same reason.");
    }
    return notes;
  }

  private List<String> stops() {
    List<String> stops = new ArrayList<>();
    for (ArmResult arm : arms) {
      for (int replica = 0; replica < arm.epochs().length; replica++) {
        OptionalInt epoch = arm.stopped(replica);
        if (epoch.isPresent()) {
          stops.add(stopNote(arm.arm(), replica, settings.fit().replicas(), epoch.getAsInt()));
        }
      }
    }
    return stops;
  }

  /**
   * {@return a sentence on a replica whose training has ended before its time}
   *
   * @param arm the arm
   * @param replica which replica, from 0
   * @param replicas how many replicas there are
   * @param epoch with which it ended, from 0
   */
  public static String stopNote(Arm arm, int replica, int replicas, int epoch) {
    return "The training of "
        + arm
        + (replicas == 1 ? "" : ", replica " + replica + ",")
        + " stopped at epoch "
        + epoch
        + ", because its loss was not finite.";
  }
}
