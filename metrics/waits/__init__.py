"""Waits and their causes: what a wait is, who was at work when, what was done in batches, and how a wait is cut."""
