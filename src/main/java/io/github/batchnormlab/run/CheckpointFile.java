package io.github.batchnormlab.run;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Session;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Sha256;
import io.github.batchnormlab.train.Training;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@link Checkpoint} as a file: eight bytes that name the format, the content, and the SHA-256 of
 * both. Numbers are big-endian, as {@link DataOutputStream} writes them; losses and states are
 * float64 to the last bit.
 *
 * <p>A file is read only if its sum is right, and no size in it is believed that the rest of the
 * file could not hold. Nothing is ever deserialized.
 */
final class CheckpointFile {
  private static final byte[] FORMAT = "BNLABCP3".getBytes(StandardCharsets.US_ASCII);

  /** The bytes of the format without its version. */
  private static final int FORMAT_NAME = 7;

  /** Images and labels, for training and for testing. */
  private static final int FILES_OF_IMAGES = 4;

  private static final int SUM_BYTES = 32;
  private static final int BUFFER_BYTES = 1 << 16;

  private CheckpointFile() {}

  /** Why a file is no checkpoint, as a phrase such as "its checksum is wrong". */
  static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedException(String why) {
      super(why);
    }
  }

  /** Writes a file and forces it to the disk. */
  static void write(Checkpoint checkpoint, Path file) throws IOException {
    MessageDigest sum = Sha256.start();
    try (FileOutputStream disk = new FileOutputStream(file.toFile());
        BufferedOutputStream buffered = new BufferedOutputStream(disk, BUFFER_BYTES);
        DataOutputStream out = new DataOutputStream(new DigestOutputStream(buffered, sum))) {
      out.write(FORMAT);
      encode(checkpoint, out);
      out.flush();
      buffered.write(sum.digest());
      buffered.flush();
      disk.getChannel().force(true);
    }
  }

  /**
   * Reads a file.
   *
   * @throws DamagedException if it is not what {@link #write} has written
   * @throws IOException if it cannot be read
   */
  static Checkpoint read(Path file) throws IOException, DamagedException {
    long content = checkedContent(file);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES))) {
      in.skipNBytes(FORMAT.length);
      return new Decoder(in, content).checkpoint();
    } catch (RuntimeException
        | UTFDataFormatException e) { // What a sum cannot tell: a file that was made wrongly.
      throw new DamagedException("its content makes no checkpoint");
    }
  }

  /** Checks format and sum; returns the bytes between them. */
  private static long checkedContent(Path file) throws IOException, DamagedException {
    long size = Files.size(file);
    if (size < FORMAT.length + SUM_BYTES) {
      throw new DamagedException("it is only " + size + " bytes long");
    }
    long content = size - FORMAT.length - SUM_BYTES;
    MessageDigest sum = Sha256.start();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] format = in.readNBytes(FORMAT.length);
      if (!Arrays.equals(format, FORMAT)) {
        if (Arrays.mismatch(format, FORMAT) == FORMAT_NAME) {
          throw new DamagedException("another version of BatchNorm Lab wrote it");
        }
        throw new DamagedException("it does not begin as a checkpoint does");
      }
      sum.update(format);
      byte[] buffer = new byte[BUFFER_BYTES];
      for (long left = content; left > 0; ) {
        int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (count < 0) {
          throw new DamagedException("it ends too early");
        }
        sum.update(buffer, 0, count);
        left -= count;
      }
      if (!Arrays.equals(in.readNBytes(SUM_BYTES), sum.digest())) {
        throw new DamagedException("its checksum is wrong");
      }
    }
    return content;
  }

  private static void encode(Checkpoint checkpoint, DataOutputStream out) throws IOException {
    JsonObject head = new JsonObject();
    head.add("settings", Texts.json(checkpoint.settings()));
    head.addProperty("start", checkpoint.start().toString());
    if (!checkpoint.sessions().isEmpty()) {
      head.add("sessions", Texts.json(checkpoint.sessions()));
    }
    if (!checkpoint.sums().isEmpty()) {
      head.add("data", Texts.strings(checkpoint.sums()));
    }
    writeText(head.toString(), out);
    out.writeDouble(checkpoint.seconds());
    Training.State training = checkpoint.training();
    out.writeBoolean(training != null);
    if (training == null) {
      return;
    }
    out.writeUTF(training.arm().id());
    out.writeInt(training.replicas().first());
    out.writeInt(training.replicas().size());
    out.writeInt(training.epoch());
    out.writeDouble(training.seconds());
    for (int i = 0; i < training.replicas().size(); i++) {
      writeDoubles(training.trainLoss()[i], training.epoch(), out);
      writeDoubles(training.testLoss()[i], training.epoch(), out);
    }
    out.writeInt(training.metrics().size());
    for (Map.Entry<Metric, double[][]> metric : training.metrics().entrySet()) {
      out.writeUTF(metric.getKey().kind().id());
      writeText(metric.getKey().target(), out);
      for (double[] values : metric.getValue()) {
        writeDoubles(values, training.epoch(), out);
      }
    }
    out.writeInt(training.diagnostics().size());
    for (Diagnostic row : training.diagnostics()) {
      out.writeInt(row.replica());
      out.writeInt(row.epoch());
      out.writeUTF(row.quantity().id());
      out.writeUTF(row.key());
      out.writeDouble(row.value());
    }
    out.writeInt(training.values().size());
    for (Map.Entry<String, double[]> named : training.values().entrySet()) {
      out.writeUTF(named.getKey());
      writeDoubles(named.getValue(), named.getValue().length, out);
    }
  }

  /** Of any length: a text of {@link DataOutputStream#writeUTF} has at most 65,535 bytes. */
  private static void writeText(String text, DataOutputStream out) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void writeDoubles(double[] values, int count, DataOutputStream out)
      throws IOException {
    out.writeInt(count);
    ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES);
    for (int from = 0; from < count; from += BUFFER_BYTES / Double.BYTES) {
      int part = Math.min(count - from, BUFFER_BYTES / Double.BYTES);
      bytes.clear();
      bytes.asDoubleBuffer().put(values, from, part);
      out.write(bytes.array(), 0, part * Double.BYTES);
    }
  }

  /** Reads the content of a file, and knows how much of it is left. */
  private static final class Decoder {
    private final DataInputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long left;

    Decoder(DataInputStream in, long content) {
      this.in = in;
      left = content;
    }

    Checkpoint checkpoint() throws IOException, DamagedException {
      JsonObject head = JsonParser.parseString(longText()).getAsJsonObject();
      Settings settings = Texts.settings(head.getAsJsonObject("settings"));
      Instant start = Instant.parse(head.get("start").getAsString());
      List<Session> sessions = Texts.sessions(head.get("sessions"));
      List<String> sums = Texts.strings(head.get("data"));
      if (sums.size() != files(settings)) {
        throw new DamagedException("its files are not those of its settings");
      }
      double seconds = number();
      take(1);
      Training.State training = in.readBoolean() ? training(settings) : null;
      if (left != 0) {
        throw new DamagedException("it is longer than what it holds");
      }
      return new Checkpoint(settings, start, seconds, sessions, sums, training);
    }

    /** How many files a run learns from. */
    private static int files(Settings settings) {
      return switch (settings.kind()) {
        case POINTS -> 0;
        case TABLE -> settings.table().testData().isEmpty() ? 1 : 2;
        case IMAGES -> FILES_OF_IMAGES;
      };
    }

    private Training.State training(Settings settings) throws IOException, DamagedException {
      Arm arm = settings.net().arm(text()).orElseThrow();
      Replicas group =
          new Replicas(count(settings.fit().replicas()), count(settings.fit().replicas()));
      int epoch = count(settings.fit().epochs());
      double seconds = number();
      if (group.size() < 1 || group.first() > settings.fit().replicas() - group.size()) {
        throw new DamagedException("its replicas are not those of its settings");
      }
      if (2L * group.size() * (Integer.BYTES + (long) Double.BYTES * epoch) > left) {
        throw new DamagedException("it ends too early");
      }
      double[][] trainLoss = new double[group.size()][];
      double[][] testLoss = new double[group.size()][];
      for (int i = 0; i < group.size(); i++) {
        trainLoss[i] = doubles(epoch);
        testLoss[i] = doubles(epoch);
      }
      return new Training.State(
          arm,
          group,
          epoch,
          seconds,
          trainLoss,
          testLoss,
          metrics(group.size(), epoch),
          diagnostics(arm, group, settings.fit().epochs()),
          values());
    }

    private Map<Metric, double[][]> metrics(int replicas, int epoch)
        throws IOException, DamagedException {
      int count = count(Integer.MAX_VALUE);
      Map<Metric, double[][]> metrics = new LinkedHashMap<>(); // Grows with what is really there.
      for (int i = 0; i < count; i++) {
        Metric metric = new Metric(Metric.Kind.of(text()), longText());
        if (replicas * (Integer.BYTES + (long) Double.BYTES * epoch) > left) {
          throw new DamagedException("it ends too early");
        }
        double[][] values = new double[replicas][];
        for (int replica = 0; replica < replicas; replica++) {
          values[replica] = doubles(epoch);
        }
        metrics.put(metric, values);
      }
      return metrics;
    }

    private List<Diagnostic> diagnostics(Arm arm, Replicas group, int epochs)
        throws IOException, DamagedException {
      int rows = count(Integer.MAX_VALUE);
      List<Diagnostic> diagnostics = new ArrayList<>(); // Grows with what is really there.
      for (int i = 0; i < rows; i++) {
        int replica = count(group.end() - 1);
        int epoch = count(epochs - 1);
        var quantity = Diagnostic.Quantity.of(text());
        diagnostics.add(new Diagnostic(arm, replica, epoch, quantity, text(), number()));
      }
      return diagnostics;
    }

    private Map<String, double[]> values() throws IOException, DamagedException {
      int arrays = count(Integer.MAX_VALUE);
      Map<String, double[]> values = new LinkedHashMap<>();
      for (int i = 0; i < arrays; i++) {
        values.put(text(), doubles(-1));
      }
      return values;
    }

    /** An array of the expected length, or of any that the file can hold if that is negative. */
    private double[] doubles(int expected) throws IOException, DamagedException {
      int count = count(Integer.MAX_VALUE);
      if (expected >= 0 && count != expected) {
        throw new DamagedException("it has " + count + " values where " + expected + " belong");
      }
      take((long) count * Double.BYTES);
      double[] values = new double[count];
      for (int from = 0; from < count; from += BUFFER_BYTES / Double.BYTES) {
        int part = Math.min(count - from, BUFFER_BYTES / Double.BYTES);
        in.readFully(buffer, 0, part * Double.BYTES);
        ByteBuffer.wrap(buffer).asDoubleBuffer().get(values, from, part);
      }
      return values;
    }

    private int count(int most) throws IOException, DamagedException {
      take(Integer.BYTES);
      int count = in.readInt();
      if (count < 0 || count > most) {
        throw new DamagedException("it has a bad number, " + count);
      }
      return count;
    }

    private double number() throws IOException, DamagedException {
      take(Double.BYTES);
      return in.readDouble();
    }

    private String text() throws IOException, DamagedException {
      take(Short.BYTES);
      int length = in.readUnsignedShort();
      take(length);
      byte[] utf = new byte[Short.BYTES + length];
      ByteBuffer.wrap(utf).putShort((short) length);
      in.readFully(utf, Short.BYTES, length);
      return new DataInputStream(new ByteArrayInputStream(utf)).readUTF();
    }

    private String longText() throws IOException, DamagedException {
      int length = count(Integer.MAX_VALUE);
      take(length);
      byte[] bytes = new byte[length];
      in.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }

    private void take(long bytes) throws DamagedException {
      if (bytes > left) {
        throw new DamagedException("it ends too early");
      }
      left -= bytes;
    }
  }
}
