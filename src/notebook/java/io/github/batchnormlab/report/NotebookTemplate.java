package io.github.batchnormlab.report;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page of a notebook, which looks like the reports and has their scripts. */
public final class NotebookTemplate {
  private NotebookTemplate() {}

  /**
   * {@return the page}
   *
   * @param values what {@code notebook.html} names
   * @throws IOException if the class path lacks a part of it
   */
  public static String render(Map<String, Object> values) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.put("notes", List.of());
    all.put("notebookCss", Scripts.resource("notebook.css"));
    return Page.render("notebook.html", all);
  }
}
