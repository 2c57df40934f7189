"""Benchmarks: how fast the product is against the limit of the disk, against itself a day later, and against PM4Py.

`make bench` runs them and writes docs/benchmarks.md. Ratios within one run count; seconds depend on the machine.
"""
