// Tells the page that frames this one that it is there and how high it is. Nothing else is sent, and nothing is heard.
"use strict";
(() => {
  if (window.parent === window) return;
  const tell = (type) =>
    window.parent.postMessage({ source: "streamgauge", type, height: document.documentElement.scrollHeight }, "*");
  let height = 0;
  new ResizeObserver(() => {
    const now = document.documentElement.scrollHeight;
    if (now !== height) {
      height = now;
      tell("resized");
    }
  }).observe(document.documentElement);
  tell("ready");
})();
