"""Money as finance hands it over: rate cards, bills and exchange rates, read, checked, approved and kept for ever.

sheet, xlsx, cells   a table of text cells out of CSV or XLSX; nothing in it is run or guessed
lines, focus         rates and bills as typed lines; a cloud's FOCUS export as bills
spans, exchange      gaps and overlaps; money of another currency at the rate of its day
versions             what was approved, a file a version, written once
platform             the part of a shared bill that each stream bears
loading              the tables `rates` and `bills` of a stream, from the versions in force
"""
