"""Loading: from what the receiver wrote down to events in the ledger, once each.

`deliveries` says what arrived and where it stands, `routing` which stream each row belongs to, `account` which numbers
of each source have been seen, `load` does it all. How far each stream has read stands in its own manifest, as one with
its rows, so a death at any point is a pause.
"""
