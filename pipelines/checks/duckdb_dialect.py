"""A SQLAlchemy dialect that lets Great Expectations read DuckDB: `duckdb+expectations:///file`.

Great Expectations closes its connection before it fetches; DuckDB drops a pending result on rollback. So begin, commit
and rollback do nothing here, which is right for reading only and for nothing else.
"""

from __future__ import annotations

from typing import Any

from duckdb_engine import Dialect as DuckDBDialect
from sqlalchemy.dialects import registry


class Dialect(DuckDBDialect):
    """DuckDB for readers."""

    supports_statement_cache = False

    def do_begin(self, dbapi_connection: Any) -> None:
        """No transaction is begun."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """None is rolled back."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """None is committed."""


registry.register("duckdb.expectations", __name__, "Dialect")
