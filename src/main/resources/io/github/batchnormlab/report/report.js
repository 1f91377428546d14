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

  // Between one and two powers of ten Plotly labels each digit, and the labels of 7, 8 and 9 run
  // into each other. So few ticks that it takes 1, 2 and 5.
  function ticks(axis, data) {
    let low = Infinity;
    let high = 0;
    for (const trace of data) {
      for (const y of trace.y) {
        if (axis.type === "log" && y > 0) {
          low = Math.min(low, y);
          high = Math.max(high, y);
        }
      }
    }
    const powers = 1.12 * Math.log10(high / low);
    return powers >= 1 && powers < 2.2 ? { ...axis, nticks: Math.round(2 * powers) } : axis;
  }

  function newPlot(div, data, layout, config) {
    div.replaceChildren();
    return Plotly.newPlot(
      div,
      // A band would hide the lines in it from the pointer.
      data.map(trace => trace.fill ? { ...trace, hoverinfo: "skip" } : trace),
      { ...layout, yaxis: ticks(layout.yaxis, data), template: look(isSmall(div)) },
      // A small figure has no room for the toolbar.
      { ...config, displayModeBar: isSmall(div) ? false : touch ? true : "hover" });
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

  function fail(messages, error) {
    for (const message of messages) {
      message.textContent =
        typeof DecompressionStream === "undefined"
          ? "This browser is too old to draw the figure. It needs Chrome or Edge 80, Firefox 113,"
            + " Safari 16.4 or newer. The tables below are complete."
          : "The figure could not be drawn: " + error.message;
    }
  }

  try {
    await loadPlotly();
    drawWhenNear();
    connectToggles();
    dark.addEventListener("change", relook);
  } catch (error) {
    fail(document.querySelectorAll(".plot-message"), error);
  }
})();
