"use strict";

// Unpacks Plotly.js and draws the figures. What they show is in their own scripts, which Tablesaw
// wrote; here is only how they look, from the colours of the style sheet.
(async function () {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const touch = matchMedia("(pointer: coarse)").matches;

  async function loadPlotly() {
    const base64 = document.getElementById("plotly-gzip").textContent;
    const zipped = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
    const stream = new Blob([zipped]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
  }

  // Plotly's template: defaults for whatever a figure leaves open.
  function look(small) {
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue(name).trim();
    const axis = {
      automargin: true,
      gridcolor: colour("--grid"),
      linecolor: colour("--line"),
      showline: true,
      zeroline: false,
      tickfont: { size: 12 },
      // Fewer labels instead of slanted ones.
      tickangle: 0,
      title: { standoff: 12 },
    };
    return {
      data: {
        heatmap: [{
          colorscale: [[0, colour("--page")], [0.5, colour("--middle")], [1, colour("--most")]],
          colorbar: { thickness: 12, outlinewidth: 0, ticksuffix: " %", tickfont: { size: 12 } },
        }],
      },
      layout: {
        paper_bgcolor: colour("--page"),
        plot_bgcolor: colour("--page"),
        font: {
          family: getComputedStyle(document.body).fontFamily,
          size: 13,
          color: colour("--ink"),
        },
        // The toolbar has a strip of its own at the top.
        margin: { l: 8, r: small ? 16 : 28, t: small ? 12 : 36, b: 8 },
        xaxis: axis,
        yaxis: axis,
        legend: {
          orientation: "h",
          xref: "container",
          x: 0,
          yref: "container",
          y: 0,
          yanchor: "bottom",
        },
        modebar: {
          bgcolor: "rgba(0,0,0,0)",
          color: colour("--quiet"),
          activecolor: colour("--ink"),
        },
        // A finger on the figure scrolls the page; the toolbar zooms.
        dragmode: touch ? false : "zoom",
      },
    };
  }

  function isSmall(div) {
    return div.closest(".panels") !== null;
  }

  // The scales of a figure that have labels: its axes, and the bars of its colours. Each with the
  // ticks that it has, and how to give it others.
  function scales(div) {
    const axes = ["xaxis", "yaxis"].map(name => ({
      texts: "." + name[0] + "tick text",
      vertical: name === "yaxis",
      full: div._fullLayout[name],
      ticks: div.layout[name],
      set: ticks => Plotly.relayout(div, within(name, ticks, value => value)),
    }));
    const bars = div._fullData.flatMap((trace, i) => trace.colorbar ? [{
      texts: ".ycb" + trace.uid + "tick text",
      vertical: true,
      full: { type: "linear" },
      ticks: div.data[i].colorbar ?? {},
      // Plotly takes the parts of a list for several traces.
      set: ticks => Plotly.restyle(div, within("colorbar", ticks, value => [value]), [i]),
    }] : []);
    return [...axes, ...bars];
  }

  function within(name, ticks, wrap) {
    return Object.fromEntries(
      ["tickmode", "tickvals", "ticktext"].map(key => [name + "." + key, wrap(ticks[key] ?? null)]));
  }

  // What is drawn on a scale, from left to right or from top to bottom; Plotly leaves out what the
  // edge of the figure would cut. Its labels know their values, of a logarithmic axis log10 of them.
  function labels(div, { texts, vertical }) {
    return [...div.querySelectorAll(texts)]
      .filter(text => text.style.opacity !== "0")
      .map(text => {
        const box = text.getBoundingClientRect();
        const [from, to] = vertical ? [box.top, box.bottom] : [box.left, box.right];
        return { from, to, value: text.__data__.x, text: text.__data__.text };
      })
      .sort((a, b) => a.from - b.from);
  }

  // Ever fewer of the labels, each time at round values: on a logarithmic axis the digits 1, 2 and 5,
  // then powers of ten, then each second power and so on; else each second label and so on.
  function choices(all, { type, tickmode, dtick }) {
    const counts = all.map((_, i) => i + 1);
    // Within one power of ten, Plotly steps by a number there, too.
    if (type === "log" && !(tickmode === "auto" && String(dtick).startsWith("L"))) {
      const digit = label => Math.round(10 ** (label.value - Math.floor(label.value + 1e-6)));
      return [
        // Ticks of a list are chosen already; of its own Plotly has all digits.
        tickmode === "array" ? all : [],
        all.filter(label => [1, 2, 5].includes(digit(label))),
        ...counts.map(
          n => all.filter(label => digit(label) === 1 && Math.round(label.value) % n === 0)),
      ];
    }
    const plain = all.map(({ value }) => type === "log" ? 10 ** value : value);
    const step = Math.min(...plain.slice(1).map((value, i) => Math.abs(value - plain[i])));
    return counts
      .filter(n => n === 1 || /^[1245]\.00/.test((n * step).toExponential(2)))
      .map(n => all.filter((_, i) => Math.round(plain[i] / step) % n === 0));
  }

  // The most labels that stand apart, those beside each other a little further.
  function apart(all, { vertical, full }) {
    const gap = vertical ? 4 : 8;
    const areApart = some => some.every((label, i) => i === 0 || some[i - 1].to + gap <= label.from);
    const most = lists => lists.reduce((a, b) => b.length > a.length ? b : a, []);
    const best = most(choices(all, full).filter(areApart));
    if (best.length >= 2 || all.length < 2) {
      return best;
    }
    // One label says nothing of a scale. So any others, first the two with most between them.
    const between = ([a, b]) => b.from - a.to;
    const pairs = all
      .flatMap((a, i) => all.slice(i + 1).map(b => [a, b]))
      .filter(areApart)
      .sort((one, other) => between(other) - between(one));
    return pairs.length === 0 ? best : all.reduce(
      (kept, label) => {
        const more = [...new Set([...kept, label])].sort((a, b) => a.from - b.from);
        return areApart(more) ? more : kept;
      },
      pairs[0]);
  }

  // Whether labels fit depends on the reader's font. So they are measured when Plotly has drawn
  // them, and those that run into others are taken away with their ticks, in what Plotly knows of
  // the figure, so that a picture saved of it has no others. All of this is done before the browser
  // paints. It ends, because each round leaves fewer labels.
  async function keepLabelsApart(div) {
    const asked = scales(div).map(({ ticks }) => ({ ...ticks }));
    let busy = false;
    let fitted;

    // What decides which labels there are and which of them fit.
    function view() {
      const { _size: { w, h }, xaxis, yaxis } = div._fullLayout;
      return JSON.stringify([w, h, xaxis.range, yaxis.range]);
    }

    async function set(changes) {
      for (const [scale, ticks] of changes) {
        await scale.set(ticks);
      }
      return changes.length > 0;
    }

    // In another view others may fit.
    function asAsked() {
      return scales(div).flatMap((scale, i) =>
        ["tickmode", "tickvals"].some(key => scale.ticks[key] !== asked[i][key])
          ? [[scale, asked[i]]] : []);
    }

    // Who zooms in between the ticks of a list, or far out, gets those that Plotly chooses.
    function notFromTheList() {
      return scales(div).flatMap((scale, i) =>
        apart(labels(div, scale), scale).length < Math.min(2, asked[i].tickvals?.length ?? 0)
          ? [[scale, { tickmode: "auto" }]] : []);
    }

    function coarser() {
      return scales(div).flatMap(scale => {
        const all = labels(div, scale);
        const kept = apart(all, scale);
        const number = value => scale.full.type === "log" ? 10 ** value : value;
        return kept.length === all.length ? [] : [[scale, {
          tickmode: "array",
          tickvals: kept.map(({ value }) => number(value)),
          ticktext: kept.map(({ text }) => text),
        }]];
      });
    }

    async function fit() {
      if (busy || view() === fitted) {
        return;
      }
      busy = true;
      await set(asAsked());
      await set(notFromTheList());
      while (await set(coarser()));
      fitted = view();
      busy = false;
    }

    // Not at once: Plotly is still about to finish what it tells of.
    div.on("plotly_afterplot", () => queueMicrotask(fit));
    await fit();
  }

  function newPlot(div, data, layout, config) {
    div.replaceChildren();
    return Plotly.newPlot(
      div,
      // A band would hide the lines in it from the pointer.
      data.map(trace => trace.fill ? { ...trace, hoverinfo: "skip" } : trace),
      { ...layout, template: look(isSmall(div)) },
      {
        ...config,
        // A small figure has no room for the toolbar.
        displayModeBar: isSmall(div) ? false : touch ? true : "hover",
        // A picture saved of it has its size, for which its labels were chosen.
        toImageButtonOptions: { width: null, height: null },
      })
      .then(keepLabelsApart);
  }

  function relook() {
    for (const div of document.querySelectorAll(".js-plotly-plot")) {
      Plotly.relayout(div, { template: look(isSmall(div)) });
    }
  }

  function draw(id) {
    const figure = figures[id];
    delete figures[id];
    try {
      figure?.({ newPlot });
    } catch (error) {
      fail(document.querySelectorAll("#" + id + " .plot-message"), error);
    }
  }

  // Each figure when it comes near, so that the first are there at once.
  function drawWhenNear() {
    const watch = new IntersectionObserver(entries => {
      for (const entry of entries) {
        if (entry.isIntersecting) {
          watch.unobserve(entry.target);
          draw(entry.target.id);
        }
      }
    }, { rootMargin: "100% 0px" });
    document.querySelectorAll(".plot").forEach(plot => watch.observe(plot));
    addEventListener("beforeprint", () => Object.keys(figures).forEach(draw));
  }

  // A button shows and hides the traces whose names begin with its word.
  function connectToggles() {
    for (const button of document.querySelectorAll(".toggle")) {
      button.addEventListener("click", () => {
        const plot = document.getElementById(button.dataset.figure);
        const traces = plot.data.flatMap(
          (trace, i) => trace.name.startsWith(button.dataset.traces) ? [i] : []);
        const show = button.getAttribute("aria-pressed") !== "true";
        Plotly.restyle(plot, { visible: show ? true : "legendonly" }, traces);
        button.setAttribute("aria-pressed", show);
      });
    }
  }

  // A click on a head sorts the rows of its table by that column, another turns the order around.
  function connectSorting() {
    const compare = (a, b) =>
      a !== "" && b !== "" && !isNaN(a) && !isNaN(b) && Number(a) !== Number(b)
        ? Number(a) - Number(b) : a.localeCompare(b);
    for (const table of document.querySelectorAll(".sortable")) {
      const heads = [...table.tHead.rows[0].cells];
      heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
        const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        heads.forEach(other => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
        const key = row => row.cells[column].dataset.key;
        table.tBodies[0].append(
          ...[...table.tBodies[0].rows].sort((a, b) => sign * compare(key(a), key(b))));
      }));
    }
  }

  function fail(messages, error) {
    for (const message of messages) {
      message.textContent =
        typeof DecompressionStream === "undefined"
          ? "This browser is too old to draw the figure. It needs Chrome or Edge 80, Firefox 113,"
            + " Safari 16.4 or newer. The tables below are complete."
          : "The figure could not be drawn: " + error.message;
    }
  }

  connectSorting();
  try {
    await loadPlotly();
    drawWhenNear();
    connectToggles();
    dark.addEventListener("change", relook);
  } catch (error) {
    fail(document.querySelectorAll(".plot-message"), error);
  }
})();
