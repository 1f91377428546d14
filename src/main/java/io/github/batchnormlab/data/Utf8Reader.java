package io.github.batchnormlab.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads UTF-8 and nothing else. A byte order mark at the beginning is left out.
 *
 * <p>An {@link java.io.InputStreamReader} either replaces what is wrong in silence, or fails before
 * it has given away all that is right. Here all before a wrong byte comes first, and the failure
 * says where it is.
 */
final class Utf8Reader extends Reader {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final InputStream in;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES).flip();

  /** The bytes before those in the buffer. */
  private long before;

  private boolean begun;
  private boolean ended;

  Utf8Reader(InputStream in) {
    this.in = in;
  }

  /** A byte that is part of no character. */
  static final class WrongByteException extends IOException {
    private static final long serialVersionUID = 1L;

    /** How many bytes are before it. */
    final long offset;

    /** The byte itself, 0 to 255. */
    final int value;

    private WrongByteException(long offset, byte value) {
      super("Not UTF-8");
      this.offset = offset;
      this.value = Byte.toUnsignedInt(value);
    }
  }

  /** Whether all has been read, and the end was asked for. */
  boolean hasEnded() {
    return ended && !bytes.hasRemaining();
  }

  @Override
  public int read(char[] target, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!begun) {
      begin();
    }
    CharBuffer chars = CharBuffer.wrap(target, from, length);
    while (true) {
      CoderResult result = decoder.decode(bytes, chars, ended);
      int count = chars.position() - from;
      if (count > 0) {
        return count;
      }
      if (result.isError()) {
        throw new WrongByteException(before + bytes.position(), bytes.get(bytes.position()));
      }
      if (result.isOverflow()) {
        // A character of two chars, and room for one: the parser's buffers never are that small.
        throw new IllegalArgumentException("A character needs room for two chars");
      }
      if (ended) {
        return -1;
      }
      fill();
    }
  }

  private void begin() throws IOException {
    begun = true;
    while (bytes.limit() < MARK.length && !ended) {
      fill();
    }
    if (bytes.limit() >= MARK.length
        && Arrays.equals(bytes.array(), 0, MARK.length, MARK, 0, MARK.length)) {
      bytes.position(MARK.length);
    }
  }

  /** Reads on behind what is still in the buffer. */
  private void fill() throws IOException {
    before += bytes.position();
    bytes.compact();
    int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
    if (count < 0) {
      ended = true;
    } else {
      bytes.position(bytes.position() + count);
    }
    bytes.flip();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
