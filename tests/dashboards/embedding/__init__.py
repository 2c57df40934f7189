"""Embedding: tokens, keys, replay, and the frame in a real browser."""
