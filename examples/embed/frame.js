// Lets each streamgauge frame of this page grow with what it shows. Only its own frames are heard, and only their height.
"use strict";
window.addEventListener("message", (event) => {
  const frame = [...document.querySelectorAll("iframe[data-streamgauge]")].find((f) => f.contentWindow === event.source);
  const told = event.data;
  if (!frame || !told || told.source !== "streamgauge") return;
  if ((told.type === "ready" || told.type === "resized") && Number.isFinite(told.height)) {
    frame.style.height = `${Math.min(Math.max(told.height, 200), 20000)}px`;
  }
});
