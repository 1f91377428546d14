package io.github.batchnormlab.report;

import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.StudyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The answer of a study as plain text: what its report says first, for who reads no report. */
public final class AnswerText {
  private AnswerText() {}

  /**
   * {@return the answer with the thresholds that suit the result}
   *
   * @param result what the study gave
   */
  public static String of(StudyResult result) {
    return of(result, Thresholds.of(result.comparable()));
  }

  /**
   * {@return the answer, in paragraphs: of a table how its arms are ranked, then each statement
   * behind the verdict on it, and the medians and intervals that the verdict is taken from}
   *
   * @param whole what the study gave
   * @param thresholds the losses whose first reaching is counted
   */
  public static String of(StudyResult whole, Thresholds thresholds) {
    StudyResult result = Labels.of(whole.comparable());
    Answer answer = HtmlReport.answer(result, new Insights(result.diagnostics()), thresholds);
    List<String> paragraphs = new ArrayList<>();
    paragraphs.add(answer.lead());
    result.data().ifPresent(data -> paragraphs.add(ranking(result, data, thresholds)));
    for (Answer.Statement statement : answer.statements()) {
      paragraphs.add(
          statement
                  .verdict()
                  .map(verdict -> verdict.toString().toUpperCase(Locale.ROOT) + ": ")
                  .orElse("")
              + statement.claim()
              + "\n"
              + String.join("\n", statement.sentences()));
    }
    return String.join("\n\n", paragraphs).replace('\u00a0', ' ');
  }

  private static String ranking(StudyResult result, DataFacts data, Thresholds thresholds) {
    List<Quantity> told = Metrics.told(data);
    return String.join("\n", Ranking.sentences(Ranking.of(result, told, thresholds), told.get(0)));
  }
}
