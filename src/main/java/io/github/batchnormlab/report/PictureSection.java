package io.github.batchnormlab.report;

import io.github.batchnormlab.study.Outcome;
import io.github.batchnormlab.study.Pictures;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Images of a study, and of each network the filters of its first layer and what it took for
 * another class. The template reads the record by name.
 *
 * @param title whose they are
 * @param pictures them
 */
record PictureSection(String title, List<Picture> pictures) {
  private static final int WHITE = 255;

  /**
   * A picture.
   *
   * @param source a PNG as a data URI
   * @param text what stands below it
   */
  record Picture(String source, String text) {}

  /** Those of some outcomes; nothing but for a study on images. */
  static List<PictureSection> of(List<Outcome> outcomes, List<String> classes) {
    List<Outcome> ofImages =
        outcomes.stream().filter(outcome -> outcome.pictures() != null).toList();
    if (ofImages.isEmpty()) {
      return List.of();
    }
    List<PictureSection> sections = new ArrayList<>();
    sections.add(
        new PictureSection(
            "Some of the test images", examples(ofImages.get(0).pictures(), classes, false)));
    for (Outcome outcome : ofImages) {
      Pictures pictures = outcome.pictures();
      String arm = NamedArm.name(outcome.arm());
      sections.add(new PictureSection("Filters of the first layer: " + arm, filters(pictures)));
      sections.add(
          new PictureSection("Taken for another class: " + arm, examples(pictures, classes, true)));
    }
    return sections.stream().filter(section -> !section.pictures.isEmpty()).toList();
  }

  private static List<Picture> examples(Pictures of, List<String> classes, boolean areWrong) {
    return (areWrong ? of.wrong() : of.examples())
        .stream()
            .map(
                example ->
                    new Picture(
                        png(of.size().width(), of.size().height(), i -> example.pixels()[i]),
                        Names.of(classes.get(example.label()))
                            + (areWrong ? " → " + Names.of(classes.get(example.said())) : "")))
            .toList();
  }

  /** A weight of 0 is grey; the largest of all filters, of either sign, is black or white. */
  private static List<Picture> filters(Pictures of) {
    double largest =
        Stream.of(of.filters())
            .flatMapToDouble(Arrays::stream)
            .map(Math::abs)
            .filter(Double::isFinite)
            .max()
            .orElse(0);
    return IntStream.range(0, of.filters().length)
        .mapToObj(
            i ->
                new Picture(
                    png(
                        of.kernel(),
                        of.kernel(),
                        at -> largest > 0 ? 0.5 + 0.5 * of.filters()[i][at] / largest : 0.5),
                    Integer.toString(i + 1)))
        .toList();
  }

  /** A grey picture of values from 0 to 1, row by row. */
  private static String png(int width, int height, IntToDoubleFunction values) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < width * height; i++) {
      double shade = Math.max(0, Math.min(1, values.applyAsDouble(i)));
      image.getRaster().setSample(i % width, i / width, 0, (int) Math.round(WHITE * shade));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
