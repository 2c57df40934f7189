"""The review as an Excel workbook: what finance may change, what follows from it, and what was published."""
