package io.github.batchnormlab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.batchnormlab.study.Session.Epochs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final Versions OLD = new Versions("0.1", "0.35.1", "2.6.0", "17.0.14 (Debian)");
  private static final Versions NEW = new Versions("0.1", "0.35.1", "2.7.1", "17.0.14 (Debian)");
  private static final Versions NEWER = new Versions("0.1", "0.35.1", "2.7.1", "21.0.1 (Debian)");

  private static final String END =
      "; its numbers may differ by rounding from those of one session.";

  private static Epochs epochs(int each) {
    return new Epochs(each, each, 2L * each);
  }

  private static Session session(Versions versions, int from, int to) {
    return new Session(Instant.EPOCH.plusSeconds(from), versions, "cpu", epochs(from), epochs(to));
  }

  @Test
  void networksThatHaveNotBegunHaveNoEpochs() {
    assertEquals(Epochs.NONE, Epochs.of(IntStream.empty(), 4));
    assertEquals(new Epochs(0, 9, 14), Epochs.of(IntStream.of(5, 9), 4));
    assertEquals(new Epochs(5, 9, 14), Epochs.of(IntStream.of(5, 9), 2));
  }

  @Test
  void aSessionEndsWhereTheNextBegan() {
    assertEquals(
        List.of(session(OLD, 0, 50), session(NEW, 50, 80)),
        Sessions.endedAt(List.of(session(OLD, 0, 0), session(NEW, 50, 50)), epochs(80)));
  }

  /** A checkpoint was damaged, and the one before it had fewer epochs. */
  @Test
  void whatWasLostIsNoSessions() {
    List<Session> ended =
        Sessions.endedAt(List.of(session(OLD, 0, 0), session(NEW, 50, 50)), epochs(40));
    assertEquals(session(OLD, 0, 40), ended.get(0));
    assertEquals(false, ended.get(1).hasTrained());
  }

  @Test
  void theWarningNamesWhatDiffers() {
    assertEquals(
        Optional.of("This run was begun with PyTorch 2.6.0 and goes on with 2.7.1" + END),
        Sessions.warning(List.of(session(OLD, 0, 50)), session(NEW, 50, 50)));
    assertEquals(
        Optional.of(
            "This run was begun with PyTorch 2.6.0, Java 17.0.14 (Debian) and goes on with"
                + " PyTorch 2.7.1, Java 21.0.1 (Debian)"
                + END),
        Sessions.warning(List.of(session(OLD, 0, 50)), session(NEWER, 50, 50)));
  }

  /** The second session is not the odd one, but the run has one all the same. */
  @Test
  void theWarningLooksAtAllSessionsThatTrained() {
    assertEquals(
        Optional.of("This run was begun with PyTorch 2.6.0 and goes on with 2.7.1" + END),
        Sessions.warning(List.of(session(OLD, 0, 50), session(NEW, 50, 60)), session(NEW, 60, 60)));
    assertEquals(
        Optional.empty(),
        Sessions.warning(List.of(session(OLD, 0, 0), session(NEW, 0, 60)), session(NEW, 60, 60)));
  }

  @Test
  void aRunWithoutARecordIsNotTakenForOneOfTheSameVersions() {
    assertEquals(
        Optional.of(
            "This run was begun by a version of BatchNorm Lab that kept no record of versions"
                + END),
        Sessions.warning(List.of(), session(NEW, 50, 50)));
    assertEquals(Optional.empty(), Sessions.warning(List.of(), session(NEW, 0, 0)));
    assertEquals(
        Optional.of(
            "This run was begun by a version of BatchNorm Lab that kept no record of versions"
                + END),
        Sessions.note(List.of(session(NEW, 50, 60))));
  }

  @Test
  void theNoteNamesThePartsAndWhereTheyMeet() {
    assertEquals(
        Optional.of(
            "This run was trained in parts, with PyTorch 2.6.0 until epoch 60, then with PyTorch"
                + " 2.7.1"
                + END),
        Sessions.note(
            List.of(
                session(OLD, 0, 50),
                session(OLD, 50, 60),
                session(NEW, 60, 90),
                session(NEWER, 90, 90))));
  }

  @Test
  void networksThatMetAtDifferentEpochsHaveARange() {
    Session first =
        new Session(Instant.EPOCH, OLD, "cpu", Epochs.NONE, new Epochs(4_000, 6_000, 10_000));
    Session second =
        new Session(
            Instant.EPOCH,
            OLD,
            "gpu:0",
            new Epochs(4_000, 6_000, 10_000),
            new Epochs(9_000, 9_000, 18_000));
    assertEquals(
        Optional.of(
            "This run was trained in parts, with device cpu until epochs 4,000 to 6,000, then with device"
                + " gpu:0"
                + END),
        Sessions.note(List.of(first, second)));
  }

  @Test
  void sessionsAlikeAreNoNote() {
    assertEquals(Optional.empty(), Sessions.note(List.of()));
    assertEquals(
        Optional.empty(), Sessions.note(List.of(session(OLD, 0, 50), session(OLD, 50, 60))));
  }

  @Test
  void theVersionsOfARunAreThoseThatTrainedLast() {
    assertEquals(
        session(OLD, 0, 50), Sessions.latest(List.of(session(OLD, 0, 50), session(NEW, 50, 50))));
    assertEquals(session(NEW, 0, 0), Sessions.latest(List.of(session(NEW, 0, 0))));
  }

  /** A run that is resumed every minute must not fill its checkpoints with that. */
  @Test
  void manySessionsOfAKindAreOne() {
    List<Session> many = new ArrayList<>();
    many.add(session(OLD, 0, 1));
    IntStream.range(1, 500).forEach(i -> many.add(session(NEW, i, i + 1)));
    List<Session> bounded = Sessions.bounded(many);
    assertEquals(Sessions.MOST, bounded.size());
    assertEquals(session(OLD, 0, 1), bounded.get(0));
    assertEquals(epochs(1), bounded.get(1).from());
    assertEquals(many.get(499), bounded.get(Sessions.MOST - 1));
    for (int i = 1; i < bounded.size(); i++) {
      assertEquals(bounded.get(i - 1).to(), bounded.get(i).from());
    }
    assertEquals(many.subList(0, 50), Sessions.bounded(many.subList(0, 50)));
  }
}
