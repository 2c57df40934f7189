"""The decision memo: one page on one process before automation starts, as it is published."""
