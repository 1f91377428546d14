package io.github.batchnormlab.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds the columns that are wanted in a file's header. */
interface Selection {
  /**
   * The columns to be read, features first, in an order of their own.
   *
   * @param file its name, for the message
   * @throws TableException if one is not there, or they make no study
   */
  List<Wanted> in(String file, List<String> header) throws TableException;

  /** Finds the columns of a choice: features in the order of the file, targets in their own. */
  static Selection of(Choice choice) {
    return (file, header) -> {
      Set<String> named = new HashSet<>();
      for (String target : choice.targets()) {
        checkIsThere(file, header, target, "the target");
        if (!named.add(target)) {
          throw TableException.of(file, target, "it is named as a target twice");
        }
      }
      for (String ignored : choice.ignored()) {
        checkIsThere(file, header, ignored, "the column to ignore,");
        if (!named.add(ignored)) {
          throw TableException.of(
              file,
              ignored,
              choice.targets().contains(ignored)
                  ? "it is named as a target and to be ignored"
                  : "it is named twice to be ignored");
        }
      }
      List<Wanted> wanted = new ArrayList<>();
      for (String name : header) {
        if (!named.contains(name)) {
          wanted.add(new Wanted(name, false, null, null));
        }
      }
      if (wanted.isEmpty()) {
        throw TableException.of(file, "has no column left to learn from" + oneColumn(header));
      }
      choice.targets().forEach(target -> wanted.add(new Wanted(target, true, null, null)));
      return wanted;
    };
  }

  /** Finds columns that are known from another file. */
  static Selection of(List<Wanted> known, String whose) {
    return (file, header) -> {
      Set<String> names = new HashSet<>(header);
      for (Wanted column : known) {
        if (!names.contains(column.name())) {
          throw TableException.of(
              file,
              "lacks the column "
                  + Shown.quoted(column.name())
                  + ", which "
                  + whose
                  + " has"
                  + oneColumn(header));
        }
      }
      return known;
    };
  }

  private static void checkIsThere(String file, List<String> header, String name, String what)
      throws TableException {
    if (!header.contains(name)) {
      String hint = oneColumn(header);
      throw TableException.of(
          file,
          "has no column for "
              + what
              + " "
              + Shown.quoted(name)
              + (hint.isEmpty() ? "; its columns are " + Shown.list(header) : hint));
    }
  }

  /** A file with one column is mostly one whose delimiter is another. */
  private static String oneColumn(List<String> header) {
    return header.size() == 1
        ? "; its only column is "
            + Shown.quoted(header.get(0))
            + ", so the delimiter may be another one"
        : "";
  }
}
