"""An auditor's sample: `population` what it is drawn from, `workbook` the file that is filled in, read back by `filled`."""
