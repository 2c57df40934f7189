"""Pages: `(bundle) -> pages`, one file a view, found by reflection; `parts` holds the cards they share."""
