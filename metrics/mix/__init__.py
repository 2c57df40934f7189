"""Taking a change apart by segments: what changed within them, and what only their shares changed.

`sums` for means, shares and ratios, `quantiles` for percentiles; both know arrays and numbers, no metric and no table.
"""
