"""The warehouse: one DuckDB file, one writer. Contract tables from the ledger, then the tables reports read.

`state` decides what must be made again, `facts` makes steps, cases, failures and costs, `measures` the values,
`publication` the copy that readers see.
"""
