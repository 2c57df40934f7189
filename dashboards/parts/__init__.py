"""Parts of pages: `(bundle) -> Card`, one file a card; pages put them in order."""
