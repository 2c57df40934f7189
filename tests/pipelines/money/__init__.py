"""Money: files, versions, exchange, shared bills, and what ties out."""
