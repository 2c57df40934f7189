"""Tests of the room of words and pictures."""
