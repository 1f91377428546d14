package io.github.batchnormlab.study;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the sessions of a run say together, in their order. */
public final class Sessions {
  /** A checkpoint holds all sessions, and what it has room for is limited. */
  static final int MOST = 50;

  private static final String UNRECORDED =
      "This run was begun by a version of BatchNorm Lab that kept no record of versions";

  private static final String BY_ROUNDING =
      "; its numbers may differ by rounding from those of one session.";

  private Sessions() {}

  /**
   * {@return sessions of which is known when they began, with their ends: each ended where the next
   * began}
   *
   * @param sessions the sessions, the earliest first
   * @param end how far the run is now
   */
  public static List<Session> endedAt(List<Session> sessions, Session.Epochs end) {
    List<Session> ended = new ArrayList<>(sessions);
    Session.Epochs next = end;
    for (int i = ended.size() - 1; i >= 0; i--) {
      ended.set(i, ended.get(i).endedAt(next));
      next = ended.get(i).from();
    }
    return ended;
  }

  /**
   * {@return at most {@value #MOST} of the sessions: neighbours of the same kind become one, the
   * oldest first, and only if that is not enough the oldest are left out}
   *
   * @param sessions the sessions, the earliest first
   */
  public static List<Session> bounded(List<Session> sessions) {
    List<Session> kept = new ArrayList<>(sessions);
    for (int i = 0; kept.size() > MOST && i + 1 < kept.size(); ) {
      Session older = kept.get(i);
      Session newer = kept.get(i + 1);
      if (facts(older).equals(facts(newer))) {
        kept.set(
            i,
            new Session(older.start(), older.versions(), older.device(), older.from(), newer.to()));
        kept.remove(i + 1);
      } else {
        i++;
      }
    }
    return List.copyOf(kept.subList(Math.max(0, kept.size() - MOST), kept.size()));
  }

  /**
   * {@return the session whose versions a run of these sessions has: the last that trained
   * anything}
   *
   * @param sessions the sessions, the earliest first
   */
  public static Session latest(List<Session> sessions) {
    List<Session> trained = trained(sessions);
    List<Session> from = trained.isEmpty() ? sessions : trained;
    return from.get(from.size() - 1);
  }

  /**
   * {@return what to know before a run goes on, a sentence, or nothing if all is as it was}
   *
   * @param earlier the sessions before
   * @param now the one that begins
   */
  public static Optional<String> warning(List<Session> earlier, Session now) {
    if (earlier.isEmpty() && isUnrecorded(now)) {
      return Optional.of(UNRECORDED + BY_ROUNDING);
    }
    List<Session> trained = trained(earlier);
    Map<String, String> facts = facts(now);
    Map<String, Set<String>> others = values(trained);
    facts.forEach((name, value) -> others.getOrDefault(name, new HashSet<>()).remove(value));
    others.values().removeIf(Set::isEmpty);
    if (others.isEmpty()) {
      return Optional.empty();
    }
    String begun =
        others.entrySet().stream()
            .map(other -> other.getKey() + " " + String.join(" or ", other.getValue()))
            .collect(Collectors.joining(", "));
    String goesOn =
        others.keySet().stream()
            .map(name -> (others.size() == 1 ? "" : name + " ") + facts.get(name))
            .collect(Collectors.joining(", "));
    return Optional.of(
        "This run was begun with " + begun + " and goes on with " + goesOn + BY_ROUNDING);
  }

  /** What a reader must know of the parts of a run, a sentence, or nothing if they are alike. */
  static Optional<String> note(List<Session> sessions) {
    List<Session> trained = trained(sessions);
    if (trained.isEmpty()) {
      return Optional.empty();
    }
    if (isUnrecorded(trained.get(0))) {
      return Optional.of(UNRECORDED + BY_ROUNDING);
    }
    Map<String, Set<String>> values = values(trained);
    values.values().removeIf(each -> each.size() == 1);
    if (values.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder parts = new StringBuilder("This run was trained in parts, with ");
    for (int i = 0; i < trained.size(); i++) {
      String kind = kind(trained.get(i), values.keySet());
      boolean isLast = i + 1 == trained.size();
      if (!isLast && kind.equals(kind(trained.get(i + 1), values.keySet()))) {
        continue;
      }
      parts.append(kind);
      if (!isLast) {
        parts.append(" until ").append(epoch(trained.get(i).to())).append(", then with ");
      }
    }
    return Optional.of(parts + BY_ROUNDING);
  }

  /** Whether there was one before the first: once they were not recorded. */
  private static boolean isUnrecorded(Session first) {
    return first.from().all() > 0;
  }

  private static String epoch(Session.Epochs epochs) {
    return epochs.fewest() == epochs.most()
        ? "epoch " + Plain.count(epochs.most())
        : "epochs " + Plain.count(epochs.fewest()) + " to " + Plain.count(epochs.most());
  }

  private static String kind(Session session, Set<String> names) {
    return names.stream()
        .map(name -> name + " " + facts(session).get(name))
        .collect(Collectors.joining(" and "));
  }

  private static List<Session> trained(List<Session> sessions) {
    return sessions.stream().filter(Session::hasTrained).toList();
  }

  private static Map<String, Set<String>> values(List<Session> sessions) {
    Map<String, Set<String>> values = new LinkedHashMap<>();
    for (Session session : sessions) {
      facts(session)
          .forEach(
              (name, value) -> values.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(value));
    }
    return values;
  }

  /** What must be the same in all sessions for the numbers of one. */
  private static Map<String, String> facts(Session session) {
    Map<String, String> facts = session.versions().byName();
    facts.put("device", session.device());
    return facts;
  }
}
