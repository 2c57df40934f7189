"""Embedding: one published page in somebody else's site, for whoever holds a short-lived signed token.

`keys` who may sign, `grant` what a token allows, `replay` that it is used once, `routes` the answers.
Opens no published database: a token picks bytes that were published before.
"""
