"""The PDF, by both ways of making it."""
