package io.github.batchnormlab.report;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import java.io.IOException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Makes a page of a template; what every page needs is put in. */
final class Page {
  private Page() {}

  static String render(String template, Map<String, Object> values) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.put("css", Scripts.resource("report.css"));
    all.put("js", Scripts.resource("report.js"));
    all.put("plotly", Scripts.plotly());
    var loader = new ClasspathLoader(Page.class.getClassLoader());
    loader.setPrefix(Page.class.getPackageName().replace('.', '/'));
    var engine =
        new PebbleEngine.Builder()
            .loader(loader)
            .autoEscaping(true)
            .strictVariables(true)
            .defaultLocale(Locale.ROOT)
            .build();
    var page = new StringWriter();
    engine.getTemplate(template).evaluate(page, all);
    return page.toString();
  }
}
