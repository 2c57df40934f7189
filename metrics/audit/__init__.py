"""Samples for auditors, drawn by a seed so that anybody draws the same, and what their exceptions say of the whole."""
