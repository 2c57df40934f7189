"""An auditor's sample: `population` what it is drawn from, `workbook` the file to fill in, `filled` reads it."""
