"""Failures of the whole stream, seen in a failure rate ← steps: the band, excursions from it, and the backlog.

A watch of the stream file counts executions in windows of whole hours since 1970. Every judgement looks only at windows
that have ended and at what came before, so data that arrive for later times never move what was found for earlier ones.
"""
