"""The review on paper: one PDF a bundle, by Chromium, or by Typst where there is none."""
