package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import io.github.batchnormlab.Fuzzing;
import io.github.batchnormlab.study.Settings;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Any bytes are a checkpoint, or end in a sentence, and take no more memory than they can hold:
 *
 * <pre>
 * mvn -Pfuzz test -Dtest=CheckpointFuzzTest#anyCheckpoint -Djazzer.max_duration=10m
 * </pre>
 */
class CheckpointFuzzTest {
  /** Bytes before the file, the last of them a line break. */
  private static final int OPTIONS = 4;

  private static final int FORMAT_BYTES = 8;

  /** What reading takes of any file. */
  private static final long BYTES = 16_000_000;

  /** What it takes of each byte of the file. */
  private static final long BYTES_OF_BYTE = 500;

  private static final Path FOLDER = Fuzzing.folder();
  private static final Path OTHER = Fuzzing.folder();

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** How much is done to bytes, as the fuzzer cannot find out about checksums and lengths. */
  private enum Wrapping {
    /** The first line is the head: its length is written before it, the rest behind it. */
    OF_HEAD_AND_REST,
    /** The bytes are what stands between format and checksum. */
    OF_CONTENT,
    /** The bytes are the file. */
    NONE
  }

  /** The first line says how the rest is wrapped, and what the file is called. */
  @DictionaryEntries({"2147483647", "-1", "1e999", "NaN", "null", "x1000", "007", "=a.b"})
  @FuzzTest(maxDuration = "5m")
  void anyCheckpoint(byte[] data) throws Exception {
    if (data.length < OPTIONS) {
      return;
    }
    Wrapping wrapping = Fuzzing.of(data[0], Wrapping.values());
    String name =
        Fuzzing.of(
            data[1],
            "run.checkpoint",
            "batch-norm-0.checkpoint",
            "none-1.checkpoint",
            "run.checkpoint.previous");
    boolean again = Fuzzing.of(data[2], false, true);
    Path file = FOLDER.resolve(name);
    try {
      byte[] bytes = wrapped(wrapping, Arrays.copyOfRange(data, OPTIONS, data.length));
      Files.write(file, bytes);
      long most = BYTES + BYTES_OF_BYTE * bytes.length;
      // Only at the first time are classes loaded, which takes memory too.
      if (taken(file, again) > most) {
        long taken = taken(file, again);
        assertTrue(taken <= most, taken + " bytes");
      }
    } finally {
      Files.delete(file);
    }
  }

  /** Reads the file; returns how much memory that takes, in bytes. */
  private static long taken(Path file, boolean again) throws Exception {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    read(file, again);
    readAll();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static byte[] wrapped(Wrapping wrapping, byte[] bytes) throws Exception {
    if (wrapping == Wrapping.NONE) {
      return bytes;
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(content)) {
      out.write(Format.BYTES);
      int end = 0;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      if (wrapping == Wrapping.OF_CONTENT || end == bytes.length) {
        out.write(bytes);
      } else {
        out.writeInt(end);
        out.write(bytes, 0, end);
        out.write(bytes, end + 1, bytes.length - end - 1);
      }
      out.write(MessageDigest.getInstance("SHA-256").digest(content.toByteArray()));
    }
    return content.toByteArray();
  }

  /** The bytes that name the format, taken from a checkpoint that is written for it. */
  private static final class Format {
    private static final byte[] BYTES = bytes();

    private static byte[] bytes() {
      Settings settings = Settings.defaults();
      try {
        byte[] file =
            written(new Checkpoint(settings, Instant.EPOCH, 0, List.of(), List.of(), null));
        return Arrays.copyOf(file, FORMAT_BYTES);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static byte[] written(Checkpoint checkpoint) throws IOException {
    Path file = OTHER.resolve("written");
    CheckpointFile.write(checkpoint, file);
    return Files.readAllBytes(file);
  }

  /** What was read is written so that it is read alike. */
  private static void read(Path file, boolean again) throws Exception {
    Checkpoint read;
    try {
      read = CheckpointFile.read(file);
    } catch (CheckpointFile.DamagedException e) {
      Fuzzing.checkSentence(e.getMessage() + ".");
      return;
    }
    if (again) {
      byte[] written = written(read);
      Path copy = Files.write(OTHER.resolve("copy"), written);
      Checkpoint same = CheckpointFile.read(copy);
      assertEquals(read.settings(), same.settings());
      assertEquals(read.sessions(), same.sessions());
      assertArrayEquals(written, written(same));
    }
  }

  private static void readAll() {
    try {
      Checkpoints read = Checkpoints.read(FOLDER, Cadence.parse("5"));
      read.warnings().forEach(Fuzzing::checkSentence);
    } catch (RunException e) {
      Fuzzing.checkSentence(e.getMessage());
      assertTrue(e.getMessage().startsWith(FOLDER.toString()), e.getMessage());
    }
  }
}
