"""The ledger: append-only events of one stream as sorted Parquet, sixteen case-hash buckets, one manifest.

`manifest` says what exists, `schema` what a row is, `append` how rows come in, `compact` how segments merge,
`verify` why the order can be trusted.
"""
