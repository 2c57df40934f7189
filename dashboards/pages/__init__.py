"""Pages: `(bundle) -> Page`, one file per part of a page."""
