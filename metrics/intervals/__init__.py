"""How wide the truth may lie around a value: one file per idea, all fed by sums per local day.

Knows arithmetic only; knows no metric, no unit and no table.
"""
