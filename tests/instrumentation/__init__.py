"""Tests of what speaks from inside services."""
