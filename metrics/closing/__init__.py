"""Closed quarters: what was published of a quarter stays published; what later data say otherwise is a restatement."""
