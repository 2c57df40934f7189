"""The receiver: a dumb write-ahead log over HTTP. What it answers 200 is on the disk; what it means is asked later.

`frame` is the shape of one stored request, `log` writes, `segments` reads; the rest is HTTP around them. Readers of the
log import `segments` alone and meet no web server.
"""
