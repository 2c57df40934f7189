"""Facts: how each contract table follows from the events and the stream file, as SQL.

steps ← events · cases ← steps · failures ← steps and events · costs ← steps, events, cases, rates and bills.
Every builder is pure: it returns a SELECT over relations it is given by name. Integers stand for names inside
(see `dictionary`), so windows and groupings never touch a string.
"""
