package io.github.batchnormlab.study;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A {@link Checkpoint} as a file: eight bytes that name the format, the content, and the SHA-256 of
 * both. Numbers are big-endian, as {@link DataOutputStream} writes them; losses and states are
 * float64 to the last bit.
 *
 * <p>A file is read only if its sum is right, and no size in it is believed that the rest of the
 * file could not hold. Nothing is ever deserialized.
 */
final class CheckpointFile {
  private static final byte[] FORMAT = "BNLABCP1".getBytes(StandardCharsets.US_ASCII);
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
    MessageDigest sum = sha256();
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
    MessageDigest sum = sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] format = in.readNBytes(FORMAT.length);
      if (!Arrays.equals(format, FORMAT)) {
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

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static void encode(Checkpoint checkpoint, DataOutputStream out) throws IOException {
    JsonObject head = new JsonObject();
    head.add("settings", new Gson().toJsonTree(checkpoint.settings().asOptions()));
    head.addProperty("start", checkpoint.start().toString());
    out.writeUTF(head.toString());
    out.writeDouble(checkpoint.seconds());
    Checkpoint.Training training = checkpoint.training();
    out.writeBoolean(training != null);
    if (training == null) {
      return;
    }
    out.writeUTF(training.arm().id());
    out.writeInt(training.group().first());
    out.writeInt(training.group().size());
    out.writeInt(training.epoch());
    out.writeDouble(training.seconds());
    for (int i = 0; i < training.group().size(); i++) {
      writeDoubles(training.trainLoss()[i], training.epoch(), out);
      writeDoubles(training.testLoss()[i], training.epoch(), out);
    }
    out.writeInt(training.diagnostics().size());
    for (Diagnostic row : training.diagnostics()) {
      out.writeInt(row.replica());
      out.writeInt(row.epoch());
      out.writeByte(row.quantity().ordinal());
      out.writeUTF(row.key());
      out.writeDouble(row.value());
    }
    out.writeInt(training.state().size());
    for (double[] values : training.state()) {
      writeDoubles(values, values.length, out);
    }
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
    private long left;

    Decoder(DataInputStream in, long content) {
      this.in = in;
      left = content;
    }

    Checkpoint checkpoint() throws IOException, DamagedException {
      JsonObject head = JsonParser.parseString(text()).getAsJsonObject();
      Settings settings = Settings.fromJson(head.getAsJsonObject("settings"));
      Instant start = Instant.parse(head.get("start").getAsString());
      double seconds = number();
      take(1);
      Checkpoint.Training training = in.readBoolean() ? training(settings) : null;
      if (left != 0) {
        throw new DamagedException("it is longer than what it holds");
      }
      return new Checkpoint(settings, start, seconds, training);
    }

    private Checkpoint.Training training(Settings settings) throws IOException, DamagedException {
      Arm arm = Arm.find(text()).filter(settings.arms()::contains).orElseThrow();
      Group group = new Group(count(settings.replicas()), count(settings.replicas()));
      int epoch = count(settings.epochs());
      double seconds = number();
      if (group.size() < 1 || group.first() > settings.replicas() - group.size()) {
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
      return new Checkpoint.Training(
          arm, group, epoch, seconds, trainLoss, testLoss, diagnostics(arm), state());
    }

    private List<Diagnostic> diagnostics(Arm arm) throws IOException, DamagedException {
      int rows = count(Integer.MAX_VALUE);
      List<Diagnostic> diagnostics = new ArrayList<>(); // Grows with what is really there.
      for (int i = 0; i < rows; i++) {
        int replica = count(Integer.MAX_VALUE);
        int epoch = count(Integer.MAX_VALUE);
        take(1);
        var quantity = Diagnostic.Quantity.values()[in.readByte()];
        diagnostics.add(new Diagnostic(arm, replica, epoch, quantity, text(), number()));
      }
      return diagnostics;
    }

    private List<double[]> state() throws IOException, DamagedException {
      int arrays = count(Integer.MAX_VALUE);
      List<double[]> state = new ArrayList<>();
      for (int i = 0; i < arrays; i++) {
        state.add(doubles(-1));
      }
      return state;
    }

    /** An array of the expected length, or of any that the file can hold if that is negative. */
    private double[] doubles(int expected) throws IOException, DamagedException {
      int count = count(Integer.MAX_VALUE);
      if (expected >= 0 && count != expected) {
        throw new DamagedException("it has " + count + " values where " + expected + " belong");
      }
      take((long) count * Double.BYTES);
      double[] values = new double[count];
      byte[] bytes = new byte[BUFFER_BYTES];
      for (int from = 0; from < count; from += BUFFER_BYTES / Double.BYTES) {
        int part = Math.min(count - from, BUFFER_BYTES / Double.BYTES);
        in.readFully(bytes, 0, part * Double.BYTES);
        ByteBuffer.wrap(bytes).asDoubleBuffer().get(values, from, part);
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

    private void take(long bytes) throws DamagedException {
      if (bytes > left) {
        throw new DamagedException("it ends too early");
      }
      left -= bytes;
    }
  }
}
