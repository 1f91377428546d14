package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.batchnormlab.Folders;
import io.github.batchnormlab.engine.ThisMachine;
import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Precision;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Session;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Versions;
import io.github.batchnormlab.train.Training;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointsTest {
  private static final int EPOCHS = 24;

  private static final Cadence OFTEN = Cadence.parse("5");

  @TempDir private Path folder;

  private static Settings small() {
    return Settings.defaults()
        .with("epochs", EPOCHS)
        .with("hidden", 9)
        .with("train-size", 40)
        .with("test-size", 15)
        .with("replicas", 3)
        .with("threads", 2);
  }

  /** Ends a study when so many epochs have ended, of all arms and groups. */
  private static final class StopAfter implements StudyListener {
    private final AtomicInteger left;

    StopAfter(int epochs) {
      left = new AtomicInteger(epochs);
    }

    @Override
    public void epochEnded(Arm arm, Replicas replicas, int epoch, double train, double test) {
      left.decrementAndGet();
    }

    @Override
    public boolean isStopping() {
      return left.get() <= 0;
    }
  }

  private StudyResult run(Settings settings, Checkpoints checkpoints, StudyListener listener)
      throws Exception {
    Path path = folder.resolve("run");
    try (RunFolder into =
        Files.exists(checkpoints()) ? RunFolder.open(path) : RunFolder.create(path)) {
      return Study.run(settings, into, checkpoints, "", listener);
    }
  }

  /** Goes on to the end. */
  private StudyResult goOn() throws Exception {
    Checkpoints read = read();
    return run(read.saved(), read, StudyListener.NONE);
  }

  private Checkpoints read() throws RunException {
    return Checkpoints.read(checkpoints(), OFTEN);
  }

  private Path checkpoints() {
    return folder.resolve("run/checkpoints");
  }

  /** Trains until it is stopped, and leaves checkpoints. */
  private StudyResult interrupted(Settings settings, int afterEpochs) throws Exception {
    Folders.delete(Files.createDirectories(folder.resolve("run")));
    return run(settings, Checkpoints.in(checkpoints(), OFTEN), new StopAfter(afterEpochs));
  }

  private static Map<String, byte[]> filesIn(Path folder) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  private static void assertSame(StudyResult expected, StudyResult actual) {
    for (int i = 0; i < expected.arms().size(); i++) {
      assertArrayEquals(expected.arms().get(i).trainLoss(), actual.arms().get(i).trainLoss());
      assertArrayEquals(expected.arms().get(i).testLoss(), actual.arms().get(i).testLoss());
      assertArrayEquals(expected.arms().get(i).epochs(), actual.arms().get(i).epochs());
    }
  }

  @ParameterizedTest
  @EnumSource(Arms.class)
  void whatGoesOnEndsAsIfItHadNeverStopped(Arm arm) throws Exception {
    for (Precision precision : Precision.values()) {
      Settings settings = small().with("arms", List.of(arm)).with("precision", precision);
      Path wholeRun = Files.createTempDirectory(folder, "whole");
      StudyResult whole;
      try (RunFolder into = RunFolder.create(wholeRun)) {
        whole = Study.run(settings, into, Checkpoints.none(), "", StudyListener.NONE);
      }
      assertTrue(whole.isFinished());

      StudyResult part = interrupted(settings, 17);
      assertFalse(part.isFinished());
      StudyResult rest = goOn();
      assertTrue(rest.isFinished());
      assertSame(whole, rest);
      assertEquals(whole.diagnostics(), rest.diagnostics());
      Map<String, byte[]> expected = filesIn(wholeRun.resolve("models"));
      Map<String, byte[]> actual = filesIn(folder.resolve("run/models"));
      assertEquals(9, expected.size());
      for (String file : expected.keySet()) {
        assertArrayEquals(expected.get(file), actual.get(file), file);
      }
      for (int i = 0; i < whole.outcomes().size(); i++) {
        assertArrayEquals(
            whole.outcomes().get(i).predictions(), rest.outcomes().get(i).predictions());
      }
    }
  }

  @Test
  void aDeepNetworkGoesOnToo() throws Exception {
    Settings settings = small().with("hidden", "6,5").with("replicas", 1);
    StudyResult whole = Study.run(settings);
    assertFalse(interrupted(settings, 17).isFinished());
    StudyResult rest = goOn();
    assertSame(whole, rest);
    assertEquals(whole.diagnostics(), rest.diagnostics());
  }

  @Test
  void moreEpochsGoOnFromTheEnd() throws Exception {
    Settings settings = small();
    interrupted(settings, Integer.MAX_VALUE);
    Settings longer = settings.with("epochs", EPOCHS + 10);
    StudyResult extended = run(longer, read(), StudyListener.NONE);
    assertSame(Study.run(longer), extended);
    assertEquals(longer, Checkpoints.read(checkpoints(), OFTEN).saved());
  }

  @Test
  void aReplicaThatStoppedStaysStopped() throws Exception {
    Settings settings = small().with("learning-rate", 1e300);
    StudyResult stopped = interrupted(settings, Integer.MAX_VALUE);
    assertTrue(stopped.isFinished());
    assertTrue(stopped.arms().get(1).stopped(0).isPresent());
    assertTrue(stopped.arms().get(1).epochs()[0] < EPOCHS);
    assertSame(stopped, goOn());
  }

  /** Hears what is said before the first epoch. */
  private static final class WarnedFirst implements StudyListener {
    private final Queue<String> warnings = new ConcurrentLinkedQueue<>();
    private volatile boolean hasTrained;

    @Override
    public void epochEnded(Arm arm, Replicas replicas, int epoch, double train, double test) {
      hasTrained = true;
    }

    @Override
    public void warned(String sentence) {
      if (!hasTrained) {
        warnings.add(sentence);
      }
    }
  }

  /** Changes what the checkpoints say of the sessions so far. */
  private void rewriteSessions(UnaryOperator<List<Session>> change) throws Exception {
    try (Stream<Path> files = Files.list(checkpoints())) {
      for (Path file : files.toList()) {
        Checkpoint saved = CheckpointFile.read(file);
        CheckpointFile.write(
            new Checkpoint(
                saved.settings(),
                saved.start(),
                saved.seconds(),
                change.apply(saved.sessions()),
                saved.sums(),
                saved.training()),
            file);
      }
    }
  }

  @Test
  void eachSessionIsRecordedWithItsVersionsAndEpochs() throws Exception {
    Settings settings = small().with("replicas", 1);
    StudyResult part = interrupted(settings, 17);
    List<Session> first = part.provenance().sessions();
    assertEquals(1, first.size());
    assertEquals(Session.Epochs.NONE, first.get(0).from());
    assertTrue(first.get(0).to().all() >= 17, first::toString);

    StudyResult rest = goOn();
    List<Session> both = rest.provenance().sessions();
    assertEquals(first.get(0), both.get(0));
    assertEquals(2, both.size());
    assertEquals(first.get(0).to(), both.get(1).from());
    assertEquals(new Session.Epochs(EPOCHS, EPOCHS, 2L * EPOCHS), both.get(1).to());
    assertEquals(ThisMachine.versions(), both.get(1).versions());
    assertEquals("cpu", both.get(1).device());
    assertEquals(List.of(), rest.notes(), "the same versions are no news");
  }

  @Test
  void otherVersionsAreAWarningBeforeTrainingAndANote() throws Exception {
    Settings settings = small().with("replicas", 1);
    interrupted(settings, 17);
    Versions now = ThisMachine.versions();
    Versions old = new Versions(now.project(), now.djl(), "2.6.0", now.java());
    rewriteSessions(
        sessions ->
            sessions.stream()
                .map(s -> new Session(s.start(), old, s.device(), s.from(), s.to()))
                .toList());
    WarnedFirst listener = new WarnedFirst();
    Checkpoints read = read();
    StudyResult rest = run(read.saved(), read, listener);
    String end = "; its numbers may differ by rounding from those of one session.";
    assertEquals(
        List.of("This run was begun with PyTorch 2.6.0 and goes on with " + now.pyTorch() + end),
        List.copyOf(listener.warnings));
    assertEquals(1, rest.notes().size());
    String note = rest.notes().get(0);
    assertTrue(
        note.startsWith("This run was trained in parts, with PyTorch 2.6.0 until epoch"), note);
    assertTrue(note.endsWith(", then with PyTorch " + now.pyTorch() + end), note);
  }

  /** Such a session writes files, but the numbers in them are not its. */
  @Test
  void whoTrainsNothingDoesNotSignForIt() throws Exception {
    interrupted(small().with("replicas", 1), Integer.MAX_VALUE);
    Versions old = new Versions("0.0.1", "0.30", "2.6.0", "17");
    rewriteSessions(
        sessions ->
            sessions.stream()
                .map(s -> new Session(s.start(), old, s.device(), s.from(), s.to()))
                .toList());
    StudyResult again = goOn();
    assertEquals("2.6.0", again.provenance().versions().pyTorch());
    assertEquals(2, again.provenance().sessions().size());
    assertEquals(List.of(), again.notes());
  }

  /** A session that is killed knows nothing of its end; its checkpoints do. */
  @Test
  void aKilledSessionEndsWithItsLastCheckpoint() throws Exception {
    interrupted(small().with("replicas", 1), Integer.MAX_VALUE);
    Files.delete(damaged("none-0.checkpoint"));
    Files.delete(damaged("batch-norm-0.checkpoint"));
    List<Session> sessions = goOn().provenance().sessions();
    assertEquals(new Session.Epochs(20, 20, 40), sessions.get(0).to());
    assertEquals(new Session.Epochs(20, 20, 40), sessions.get(1).from());
  }

  @Test
  void checkpointsFromBeforeThereWereSessionsGoOnWithAWarning() throws Exception {
    interrupted(small().with("replicas", 1), 17);
    rewriteSessions(sessions -> List.of());
    WarnedFirst listener = new WarnedFirst();
    Checkpoints read = read();
    StudyResult rest = run(read.saved(), read, listener);
    assertEquals(1, listener.warnings.size());
    assertTrue(
        listener.warnings.peek().contains("kept no record of versions"),
        listener.warnings::toString);
    assertEquals(1, rest.notes().size());
  }

  private Path damaged(String file) {
    return checkpoints().resolve(file);
  }

  private static void truncate(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
  }

  @Test
  void theOneBeforeStandsInForADamagedOne() throws Exception {
    Settings settings = small().with("replicas", 1);
    StudyResult whole = interrupted(settings, Integer.MAX_VALUE);
    truncate(damaged("none-0.checkpoint"));
    Checkpoints read = read();
    assertEquals(1, read.warnings().size());
    String warning = read.warnings().get(0);
    assertTrue(
        warning.contains("none-0.checkpoint is damaged") && warning.contains("of epoch 20"),
        warning);
    byte[] good = Files.readAllBytes(damaged("none-0.checkpoint.previous"));
    assertSame(whole, run(read.saved(), read, StudyListener.NONE));
    // The damaged one has not taken the place of the good one.
    assertArrayEquals(good, Files.readAllBytes(damaged("none-0.checkpoint.previous")));
    assertEquals(List.of(), read().warnings());
  }

  @Test
  void aMissingOneIsThatOfARunKilledWhileSaving() throws Exception {
    interrupted(small().with("replicas", 1), Integer.MAX_VALUE);
    Files.delete(damaged("none-0.checkpoint"));
    Checkpoints read = Checkpoints.read(checkpoints(), OFTEN);
    assertEquals(List.of(), read.warnings());
    assertEquals(20, read.take(Arms.NONE, new Replicas(0, 1)).orElseThrow().epoch());
  }

  @Test
  void withoutAGoodOneNothingGoesOnAndNothingIsDeleted() throws Exception {
    interrupted(small().with("replicas", 1), Integer.MAX_VALUE);
    truncate(damaged("none-0.checkpoint"));
    truncate(damaged("none-0.checkpoint.previous"));
    Map<String, byte[]> before = filesIn(checkpoints());
    var error = assertThrows(RunException.class, () -> Checkpoints.read(checkpoints(), OFTEN));
    assertTrue(error.getMessage().contains("none-0.checkpoint is damaged: its checksum is wrong"));
    Map<String, byte[]> after = filesIn(checkpoints());
    assertEquals(before.keySet(), after.keySet());
    before.forEach((file, bytes) -> assertArrayEquals(bytes, after.get(file), file));
  }

  @Test
  void theSettingsAreInEveryCheckpoint() throws Exception {
    Settings settings = small();
    interrupted(settings, 30);
    truncate(damaged("run.checkpoint"));
    Checkpoints read = Checkpoints.read(checkpoints(), OFTEN);
    assertEquals(settings, read.saved());
    assertTrue(
        read.warnings().get(0).contains("run.checkpoint is damaged"), read.warnings()::toString);
  }

  @Test
  void aCheckpointOfAnotherRunIsRefused() throws Exception {
    interrupted(small().with("replicas", 1), Integer.MAX_VALUE);
    byte[] foreign = Files.readAllBytes(damaged("none-0.checkpoint"));
    interrupted(small().with("replicas", 1).with("seed", 1), Integer.MAX_VALUE);
    Files.write(damaged("none-0.checkpoint"), foreign);
    var error = assertThrows(RunException.class, () -> Checkpoints.read(checkpoints(), OFTEN));
    assertTrue(error.getMessage().contains("belongs to another run"), error.getMessage());
    Files.copy(damaged("batch-norm-0.checkpoint"), damaged("none-7.checkpoint"));
    Files.delete(damaged("none-0.checkpoint"));
    assertThrows(RunException.class, () -> Checkpoints.read(checkpoints(), OFTEN));
  }

  /** A thousand damaged files: bits and bytes changed, cut, lengthened, emptied, joined. */
  @Test
  void ofADamagedCheckpointTheOneBeforeIsUsedAndNothingElse() throws Exception {
    interrupted(small().with("replicas", 1), Integer.MAX_VALUE);
    Path file = damaged("batch-norm-0.checkpoint");
    byte[] good = Files.readAllBytes(file);
    byte[] other = Files.readAllBytes(damaged("none-0.checkpoint"));
    Random random = new Random(1);
    int noticed = 0;
    for (int i = 0; i < 1_000; i++) {
      byte[] mutated = mutated(good, other, i, random);
      if (Arrays.equals(mutated, good)) {
        continue;
      }
      Files.write(file, mutated);
      Checkpoints read = Checkpoints.read(checkpoints(), OFTEN);
      assertEquals(1, read.warnings().size());
      assertTrue(
          read.warnings().get(0).startsWith(file + " is damaged: "), read.warnings()::toString);
      assertEquals(20, read.take(Arms.BATCH_NORM, new Replicas(0, 1)).orElseThrow().epoch());
      assertEquals(EPOCHS, read.take(Arms.NONE, new Replicas(0, 1)).orElseThrow().epoch());
      noticed++;
    }
    assertTrue(noticed > 980, noticed + " of 1,000 mutations changed something");
  }

  private static byte[] mutated(byte[] good, byte[] other, int kind, Random random) {
    byte[] bytes = good.clone();
    int at = random.nextInt(bytes.length);
    switch (kind % 7) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[random.nextInt(Math.min(600, bytes.length))] = (byte) random.nextInt(256);
      case 2 -> bytes = Arrays.copyOf(bytes, at);
      case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + at);
      case 4 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4_096), (byte) 0);
      case 5 -> System.arraycopy(other, 0, bytes, 0, Math.min(at, other.length));
      default -> random.nextBytes(bytes);
    }
    return bytes;
  }

  /** Files whose sum is right and whose sizes are not: no memory is taken for what is not there. */
  @Test
  void forgedSizesAreNotBelieved() throws Exception {
    interrupted(small().with("replicas", 1), Integer.MAX_VALUE);
    byte[] good = Files.readAllBytes(damaged("batch-norm-0.checkpoint"));
    Path file = folder.resolve("forged");
    int refused = 0;
    for (int at = 8; at + 36 < good.length; at += at < 800 ? 1 : 997) {
      for (int value : new int[] {Integer.MAX_VALUE, -1, 100_000_000}) {
        byte[] forged = good.clone();
        ByteBuffer.wrap(forged).putInt(at, value);
        Files.write(file, sealed(forged));
        try {
          CheckpointFile.read(file);
        } catch (CheckpointFile.DamagedException e) {
          refused++;
        }
      }
    }
    assertTrue(refused > 1_000, refused + " refused");
  }

  private Checkpoint saved(Settings settings) throws Exception {
    interrupted(settings, Integer.MAX_VALUE);
    return CheckpointFile.read(damaged("batch-norm-0.checkpoint"));
  }

  private static Checkpoint with(Checkpoint saved, List<String> sums, Training.State training) {
    return new Checkpoint(
        saved.settings(), saved.start(), saved.seconds(), saved.sessions(), sums, training);
  }

  private static Training.State with(
      Training.State saved, List<Diagnostic> diagnostics, Map<String, double[]> values) {
    return new Training.State(
        saved.arm(),
        saved.replicas(),
        saved.epoch(),
        saved.seconds(),
        saved.trainLoss(),
        saved.testLoss(),
        saved.metrics(),
        diagnostics,
        values);
  }

  private Path written(Checkpoint checkpoint) throws IOException {
    Path file = folder.resolve("written");
    CheckpointFile.write(checkpoint, file);
    return file;
  }

  /** What is read later believes that there are as many sums as files. */
  @Test
  void sumsOfOtherFilesThanTheSettingsNameAreRefused() throws Exception {
    Checkpoint saved = saved(small().with("replicas", 1));
    Path file = written(with(saved, List.of("00"), saved.training()));
    var error =
        assertThrows(CheckpointFile.DamagedException.class, () -> CheckpointFile.read(file));
    assertEquals("its files are not those of its settings", error.getMessage());
  }

  @Test
  void diagnosticsOfOtherReplicasOrEpochsAreRefused() throws Exception {
    Checkpoint saved = saved(small().with("replicas", 1));
    Diagnostic good = saved.training().diagnostics().get(0);
    for (int[] at : new int[][] {{1, 0}, {0, EPOCHS}}) {
      var bad = new Diagnostic(good.arm(), at[0], at[1], good.quantity(), good.key(), good.value());
      var training = with(saved.training(), List.of(good, bad), saved.training().values());
      Path file = written(with(saved, List.of(), training));
      assertThrows(CheckpointFile.DamagedException.class, () -> CheckpointFile.read(file));
    }
  }

  /** An empty array takes six bytes of a file, so that there can be very many. */
  @Test
  void manyEmptyArraysTakeLittleMemory() throws Exception {
    Checkpoint saved = saved(small().with("replicas", 1));
    Map<String, double[]> many = new TreeMap<>();
    for (int i = 0; i < 20_000; i++) {
      many.put("v" + i, new double[0]);
    }
    Path file = written(with(saved, List.of(), with(saved.training(), List.of(), many)));
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertEquals(many.keySet(), CheckpointFile.read(file).training().values().keySet());
    long taken = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(taken < 100_000_000, taken + " bytes");
  }

  private static byte[] sealed(byte[] bytes) throws Exception {
    byte[] content = Arrays.copyOf(bytes, bytes.length - 32);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DataOutputStream data = new DataOutputStream(out)) {
      data.write(content);
      data.write(MessageDigest.getInstance("SHA-256").digest(content));
    }
    return out.toByteArray();
  }
}
