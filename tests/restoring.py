"""A PostgreSQL database that is brought back to its first state between two tests.

Creating one from a template takes a tenth of a second, and each new connection reads the system
catalogue again. Here tables keep a copy of their first rows in another schema; of those that a
test changed the rows are replaced. Connections stay open.
"""

from __future__ import annotations

import psycopg
from psycopg.sql import SQL, Composed, Identifier

COPIES = "first_rows"
"""The schema of the copies."""

PATIENCE = "3s"
"""How long the tables are waited for, which a forgotten transaction may lock."""

_TABLES = SQL(
    """
    SELECT t.relname, array_agg(a.attname ORDER BY a.attnum)
    FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r'
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY t.relname ORDER BY t.relname
    """
)
_SEQUENCES = SQL("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")


class RestoredDatabase:
    """The database at `url`, whose state at this moment is the first."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = psycopg.connect(url)
        self._run(SQL("CREATE SCHEMA {}").format(Identifier(COPIES)))
        self._columns = {
            str(table): [str(name) for name in names]
            for table, names in self._connection.execute(_TABLES)
        }
        for table in self._columns:
            self._run(
                SQL("CREATE TABLE {} AS TABLE {}").format(
                    Identifier(COPIES, table), Identifier("public", table)
                )
            )
        self._sequences = self._sequence_values()
        self._counts = {table: self._count(table) for table in self._columns}
        self._changed = self._select_changed()
        self._newest = self._transaction()
        self._connection.commit()

    def restore(self) -> bool:
        """Replace what was changed.

        False, with nothing done, if tables stay locked or a test changed the schema.
        """
        try:
            self._run(SQL(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
            # Foreign keys and triggers do not act: the first state was consistent.
            self._run(SQL("SET LOCAL session_replication_role = replica"))
            newest = {"newest": self._newest}
            for (table,) in self._connection.execute(self._changed, newest).fetchall():
                self._replace(table)
            for name, (last, called) in self._sequences.items():
                self._connection.execute("SELECT setval(%s, %s, %s)", (name, last, called))
            self._newest = self._transaction()
            self._connection.commit()
        except psycopg.Error:
            self._connection.rollback()
            return False
        return True

    def close(self) -> None:
        """Close the connection of this object."""
        self._connection.close()

    def _run(self, statement: SQL | Composed) -> None:
        self._connection.execute(statement)

    def _transaction(self) -> int:
        """The number of the current transaction: rows changed later have a higher `xmin`."""
        row = self._connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        assert row is not None
        return int(row[0])

    def _count(self, table: str) -> int:
        query = SQL("SELECT count(*) FROM {}").format(Identifier("public", table))
        row = self._connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])

    def _sequence_values(self) -> dict[str, tuple[int, bool]]:
        values = {}
        for (name,) in self._connection.execute(_SEQUENCES).fetchall():
            query = SQL("SELECT last_value, is_called FROM {}").format(Identifier("public", name))
            row = self._connection.execute(query).fetchone()
            assert row is not None
            values[name] = (int(row[0]), bool(row[1]))
        return values

    def _select_changed(self) -> Composed:
        """Selects the tables with other rows than at first."""
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT {name} FROM {table}"
                " HAVING count(*) <> {count} OR max(xmin::text::bigint) > %(newest)s"
            ).format(
                name=table,
                table=Identifier("public", table),
                count=self._counts[table],
            )
            for table in self._columns
        )

    def _replace(self, table: str) -> None:
        columns = SQL(", ").join(map(Identifier, self._columns[table]))
        own, copy = Identifier("public", table), Identifier(COPIES, table)
        self._run(SQL("DELETE FROM {}").format(own))
        self._run(
            SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}").format(
                own, columns, columns, copy
            )
        )
