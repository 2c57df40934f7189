// Draws each figure of the page with Plotly, in the colours of the style sheet, anew when light turns to dark.
"use strict";
(() => {
  const colours = (text) =>
    text.replace(/var\((--[a-z0-9]+)\)/g, (whole, name) =>
      getComputedStyle(document.documentElement).getPropertyValue(name).trim() || whole);
  const told = (place) =>
    JSON.parse(document.getElementById(place.dataset.figure).textContent, (key, value) =>
      typeof value === "string" ? colours(value) : value);
  const draw = () => {
    for (const place of document.querySelectorAll("[data-figure]")) {
      const { data, layout } = told(place);
      const look = {
        paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", hovermode: "closest", dragmode: "zoom",
        font: { family: "Inter, sans-serif", color: colours("var(--ink2)") }, margin: { l: 56, r: 16, t: 28, b: 40 },
      };
      window.Plotly.react(place, data, { ...layout, ...look }, { responsive: true, displaylogo: false });
    }
  };
  draw();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
