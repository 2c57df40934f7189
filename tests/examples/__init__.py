"""Tests of the examples: they run, they repeat, and what they claim is true."""
