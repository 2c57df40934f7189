"""What users read. `docs.build` writes the generated pages; the others are written by hand."""
