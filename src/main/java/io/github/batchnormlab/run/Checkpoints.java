package io.github.batchnormlab.run;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Session;
import io.github.batchnormlab.study.Sessions;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Versions;
import io.github.batchnormlab.train.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The checkpoints of a run: a folder with one file for the run and one for each group of an arm's
 * replicas, so that each group saves when it likes.
 *
 * <p>A file is replaced in one step, when the new one is whole and on the disk; the one before
 * stays beside it under the name {@code *.previous}. A run that is killed at any moment thus leaves
 * at least one good file of each group that had one.
 */
public final class Checkpoints {
  private static final String SUFFIX = ".checkpoint";
  private static final String PREVIOUS = ".previous";
  private static final String RUN = "run" + SUFFIX;

  private static final String NONE_OLDER = ", and there is no older one that is whole";
  private static final String THE_OTHERS_DO = "; the settings are taken from the other checkpoints";

  private final Path folder;
  private final Cadence cadence;
  private final Instant start;
  private final double secondsBefore;
  private final Map<String, Training.State> found;

  /** The settings that were saved, or null. */
  private final Settings saved;

  /** The SHA-256 of the files that the run learns from. */
  private List<String> sums;

  /** The sessions before this one. */
  private final List<Session> earlier;

  /** How far the run was when this session began. */
  private final Session.Epochs from;

  private final List<String> warnings;

  /** Files that are no good: the ones before them are, and must not be replaced by them. */
  private final Set<Path> damaged;

  /** Whether a training was saved in this session. */
  private volatile boolean hasSaved;

  private final Set<String> failures = ConcurrentHashMap.newKeySet();

  private final Instant sessionStart;

  /** Those of the run, once it has begun. */
  private Settings settings;

  /** The sessions up to this one, once it has begun. */
  private List<Session> sessions;

  private Checkpoints(
      Path folder,
      Cadence cadence,
      Instant start,
      double secondsBefore,
      Map<String, Training.State> found,
      Settings saved,
      List<String> sums,
      List<Session> earlier,
      Session.Epochs from,
      List<String> warnings,
      Set<Path> damaged) {
    this.folder = folder;
    this.cadence = cadence;
    this.start = start;
    sessionStart = saved == null ? start : Instant.now();
    this.secondsBefore = secondsBefore;
    this.found = new ConcurrentHashMap<>(found);
    this.saved = saved;
    this.sums = sums;
    this.earlier = earlier;
    this.from = from;
    this.warnings = warnings;
    this.damaged = damaged;
  }

  /** {@return none, now or later} */
  public static Checkpoints none() {
    return in(null, Cadence.NEVER);
  }

  /**
   * {@return the checkpoints of a new run, none so far}
   *
   * @param folder where they go; nothing is written before the run begins
   * @param cadence when to save
   */
  public static Checkpoints in(Path folder, Cadence cadence) {
    return new Checkpoints(
        folder,
        cadence,
        Instant.now(),
        0,
        Map.of(),
        null,
        List.of(),
        List.of(),
        Session.Epochs.NONE,
        List.of(),
        ConcurrentHashMap.newKeySet());
  }

  /**
   * Reads the checkpoints of a run that is to go on.
   *
   * @param folder where they are
   * @param cadence when to save
   * @return the checkpoints
   * @throws RunException if there are none, or a group has no good one, or they do not belong
   *     together; nothing is changed
   */
  public static Checkpoints read(Path folder, Cadence cadence) throws RunException {
    List<String> warnings = new ArrayList<>();
    Set<Path> damaged = ConcurrentHashMap.newKeySet();
    Map<String, Checkpoint> good = new LinkedHashMap<>();
    RunException damage = null;
    for (String name : names(folder)) {
      try {
        good.put(name, readEither(folder.resolve(name), warnings, damaged));
      } catch (RunException e) {
        if (!name.equals(RUN)) {
          throw e;
        }
        damage = e; // The others hold the settings too.
      }
    }
    if (good.isEmpty()) {
      throw damage != null ? damage : new RunException(folder, "holds no checkpoint to go on from");
    }
    if (damage != null) {
      warnings.add(damage.getMessage().replace(NONE_OLDER, THE_OTHERS_DO));
    }
    // A run that was extended has files from before; its settings are those with most epochs.
    Settings settings =
        good.values().stream()
            .map(Checkpoint::settings)
            .max(Comparator.comparingInt(candidate -> candidate.fit().epochs()))
            .orElseThrow();
    List<String> sums = good.values().iterator().next().sums();
    Map<String, Training.State> trainings = new LinkedHashMap<>();
    for (Map.Entry<String, Checkpoint> entry : good.entrySet()) {
      Training.State training = entry.getValue().training();
      String belongs = training == null ? RUN : name(training.arm(), training.replicas());
      if (!entry.getKey().equals(belongs)
          || !entry.getValue().settings().isOfRunOf(settings)
          || !entry.getValue().sums().equals(sums)) {
        throw new RunException(folder.resolve(entry.getKey()), "belongs to another run");
      }
      if (training != null) {
        trainings.put(entry.getKey(), training);
      }
    }
    Session.Epochs reached = reached(trainings.values(), settings);
    return new Checkpoints(
        folder,
        cadence,
        good.values().stream().map(Checkpoint::start).min(Instant::compareTo).orElseThrow(),
        good.values().stream().mapToDouble(Checkpoint::seconds).max().orElseThrow(),
        trainings,
        settings,
        sums,
        Sessions.endedAt(newest(good.values()), reached),
        reached,
        warnings,
        damaged);
  }

  /**
   * {@return the checkpoints of a run that goes on, or of a new one where none were saved yet}
   *
   * @param folder where they are, or go
   * @param cadence when to save
   * @throws RunException as {@link #read} does
   */
  public static Checkpoints readOrNew(Path folder, Cadence cadence) throws RunException {
    return names(folder).isEmpty() ? in(folder, cadence) : read(folder, cadence);
  }

  /** What the file that was saved last knows of sessions. */
  private static List<Session> newest(Collection<Checkpoint> checkpoints) {
    return checkpoints.stream()
        .map(Checkpoint::sessions)
        .filter(sessions -> !sessions.isEmpty())
        .max(Comparator.comparing(sessions -> sessions.get(sessions.size() - 1).start()))
        .orElse(List.of());
  }

  private static Session.Epochs reached(Collection<Training.State> states, Settings settings) {
    return Session.Epochs.of(
        states.stream()
            .flatMapToInt(state -> IntStream.generate(state::epoch).limit(state.replicas().size())),
        (long) settings.fit().replicas() * settings.net().arms().size());
  }

  /** The names of the files, without {@code .previous}. */
  private static TreeSet<String> names(Path folder) throws RunException {
    TreeSet<String> names = new TreeSet<>();
    if (!Files.isDirectory(folder)) {
      return names;
    }
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .map(name -> name.endsWith(PREVIOUS) ? cut(name, PREVIOUS) : name)
          .filter(name -> name.endsWith(SUFFIX))
          .forEach(names::add);
      return names;
    } catch (IOException | UncheckedIOException e) {
      throw new RunException(folder, "cannot be read (" + Messages.of(e) + ")");
    }
  }

  private static String cut(String name, String end) {
    return name.substring(0, name.length() - end.length());
  }

  /** The newest good one of a file and the one before it. */
  private static Checkpoint readEither(Path file, List<String> warnings, Set<Path> damaged)
      throws RunException {
    Path previous = previous(file);
    String damage = "is missing";
    if (Files.exists(file)) {
      try {
        return CheckpointFile.read(file);
      } catch (CheckpointFile.DamagedException e) {
        damage = "is damaged: " + e.getMessage();
      } catch (IOException e) {
        damage = "cannot be read (" + Messages.of(e) + ")";
      }
    }
    try {
      Checkpoint older = CheckpointFile.read(previous);
      if (Files.exists(file)) { // Else the run was killed between two steps of saving.
        damaged.add(file);
        Training.State training = older.training();
        String epoch = training == null ? "" : ", of epoch " + training.epoch();
        warnings.add(Plain.text(file + " " + damage + "; the one before it is used" + epoch + "."));
      }
      return older;
    } catch (IOException | CheckpointFile.DamagedException e) {
      throw new RunException(file, damage + NONE_OLDER);
    }
  }

  private static Path previous(Path file) {
    return file.resolveSibling(file.getFileName() + PREVIOUS);
  }

  private static String name(Arm arm, Replicas replicas) {
    return arm.id() + "-" + replicas.first() + SUFFIX;
  }

  /** {@return the settings of the run that the checkpoints were read of, or null} */
  public Settings saved() {
    return saved;
  }

  /** {@return sentences on files that are damaged, where an older one stood in} */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /**
   * A run begins, or goes on: its own checkpoint is written, if anything is ever saved.
   *
   * @param runs its settings; where checkpoints were read, those of the run, or more epochs
   * @param groups how its replicas are divided
   * @param data the SHA-256 of the files that it learns from
   * @param versions with what it is trained now
   * @param device what it is trained on now
   * @throws SettingException if a file is not the one that the run began with
   * @throws RunException if the folder cannot be written, or a state belongs to no group: the run
   *     would begin anew for its replicas
   */
  void begin(
      Settings runs, List<Replicas> groups, List<String> data, Versions versions, String device)
      throws RunException {
    settings = runs;
    if (saved != null) {
      if (!saved.isOfRunOf(runs) || sums.size() != data.size()) {
        throw new RunException(folder, "belongs to a run with other settings");
      }
      checkSame("data", runs.table().data(), sums, data, 0);
      checkSame("test-data", runs.table().testData(), sums, data, 1);
    }
    sums = data;
    List<Session> all = new ArrayList<>(earlier);
    all.add(new Session(sessionStart, versions, device, from, from));
    sessions = Sessions.bounded(all);
    for (Map.Entry<String, Training.State> entry : found.entrySet()) {
      if (!groups.contains(entry.getValue().replicas())) {
        throw new RunException(
            folder.resolve(entry.getKey()),
            "was saved on another device, where other replicas train together");
      }
    }
    if (!cadence.isOn()) {
      return;
    }
    try {
      replace(RUN, new Checkpoint(settings, start, secondsBefore, sessions, sums, null));
    } catch (IOException e) {
      throw new RunException(folder, "cannot be written (" + Messages.of(e) + ")");
    }
  }

  private static void checkSame(
      String setting, String file, List<String> before, List<String> now, int index) {
    if (index < before.size() && !before.get(index).equals(now.get(index))) {
      throw new SettingException(
          setting,
          file,
          "must be the file that the run began with, of the SHA-256 " + before.get(index));
    }
  }

  /** A sentence on what this session does not have in common with those before it. */
  Optional<String> sessionWarning() {
    return Sessions.warning(earlier, sessions.get(sessions.size() - 1));
  }

  /**
   * The sessions of the run up to this one.
   *
   * @param to how far the run is at its end
   */
  List<Session> sessions(Session.Epochs to) {
    return Sessions.endedAt(sessions, to);
  }

  /**
   * Takes back what {@link #begin} has written of a new run, as long as no training has saved
   * anything: there is nothing to go on from.
   */
  public void takeBack() {
    if (saved == null && folder != null && !hasSaved) {
      try {
        Files.deleteIfExists(folder.resolve(RUN));
      } catch (IOException e) {
        // It stays, and the run can begin from it.
      }
    }
  }

  /** {@return whether the run can go on later} */
  public boolean areKept() {
    return cadence.isOn();
  }

  /** When to save. */
  Cadence cadence() {
    return cadence;
  }

  /** When the run began, in its first session. */
  Instant start() {
    return start;
  }

  /** How long the run has taken in earlier sessions, in seconds, as far as that is known. */
  double secondsBefore() {
    return secondsBefore;
  }

  /** The state that a group of an arm's replicas was saved in; it is given away, once. */
  Optional<Training.State> take(Arm arm, Replicas replicas) {
    return Optional.ofNullable(found.remove(name(arm, replicas)));
  }

  /**
   * Whether a failure is told for the first time: one sentence is enough, however long it lasts.
   */
  boolean isNews(String failure) {
    return failures.add(failure);
  }

  /**
   * Replaces the state of a group.
   *
   * @param secondsNow how long this session has taken so far
   */
  void save(Training.State training, double secondsNow) throws IOException {
    replace(
        name(training.arm(), training.replicas()),
        new Checkpoint(settings, start, secondsBefore + secondsNow, sessions, sums, training));
    hasSaved = true;
  }

  private void replace(String name, Checkpoint checkpoint) throws IOException {
    Path file = folder.resolve(name);
    WholeFile.<RuntimeException>file(
        file,
        whole -> {
          CheckpointFile.write(checkpoint, whole);
          if (Files.exists(file) && !damaged.contains(file)) {
            Files.move(file, previous(file), StandardCopyOption.REPLACE_EXISTING);
          }
        });
    damaged.remove(file);
    forceFolder();
  }

  /** Makes the new names last. Not every system can open a folder; there the names must do. */
  private void forceFolder() {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows: it writes them through by itself.
    }
  }
}
