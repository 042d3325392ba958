"""What the emulator stores: one SQLite connection that threads take turns with."""

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS app (
    id INTEGER PRIMARY KEY,
    environment TEXT NOT NULL,
    bundle_id TEXT NOT NULL,
    realtime_url TEXT,
    UNIQUE (environment, bundle_id)
);
-- One test opens production for every environment's sake; the bundle id '*' stands for the apps without a row.
CREATE TABLE IF NOT EXISTS performance_test (
    bundle_id TEXT PRIMARY KEY,
    passed INTEGER NOT NULL,
    url TEXT,
    decided INTEGER NOT NULL
);
-- Images and messages share a lifecycle: uploaded, reviewed, listed, limited in number, deleted.
CREATE TABLE IF NOT EXISTS upload (
    app INTEGER NOT NULL REFERENCES app ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('image', 'message')),
    identifier TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('PENDING', 'APPROVED', 'REJECTED')),
    uploaded INTEGER NOT NULL,
    content TEXT NOT NULL,
    file BLOB,
    PRIMARY KEY (app, kind, identifier)
);
CREATE TABLE IF NOT EXISTS image_use (
    app INTEGER NOT NULL REFERENCES app ON DELETE CASCADE,
    image TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (app, image, message)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS image_use_by_message ON image_use (app, message);
CREATE TABLE IF NOT EXISTS default_message (
    app INTEGER NOT NULL REFERENCES app ON DELETE CASCADE,
    product_id TEXT NOT NULL,
    locale TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (app, product_id, locale)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS default_message_by_message ON default_message (app, message);
CREATE TABLE IF NOT EXISTS known_transaction (
    app INTEGER NOT NULL REFERENCES app ON DELETE CASCADE,
    identifier TEXT NOT NULL,
    kind TEXT NOT NULL,
    product_id TEXT NOT NULL,
    user_locale TEXT NOT NULL,
    PRIMARY KEY (app, identifier)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS performance_test_run (
    request_id TEXT PRIMARY KEY,
    app INTEGER NOT NULL REFERENCES app ON DELETE CASCADE,
    transaction_id TEXT NOT NULL,
    target TEXT NOT NULL,
    config TEXT NOT NULL,
    started INTEGER NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('PENDING', 'PASS', 'FAIL'))
);
CREATE TABLE IF NOT EXISTS attempt (
    run TEXT NOT NULL REFERENCES performance_test_run ON DELETE CASCADE,
    result TEXT NOT NULL,
    milliseconds INTEGER
);
CREATE INDEX IF NOT EXISTS attempt_by_run ON attempt (run);
-- What ran when the last emulator ended was never finished.
UPDATE performance_test_run SET result = 'FAIL' WHERE result = 'PENDING';
CREATE TABLE IF NOT EXISTS deleted (
    app INTEGER NOT NULL REFERENCES app ON DELETE CASCADE,
    kind TEXT NOT NULL,
    identifier TEXT NOT NULL,
    PRIMARY KEY (app, kind, identifier)
) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class App:
    """One app in one environment, inside a transaction."""

    connection: sqlite3.Connection
    id: int
    environment: str
    bundle_id: str

    def execute(self, sql: str, **values: object) -> list[sqlite3.Row]:
        """The rows that `sql` answers with; `:app` is this app."""
        return self.connection.execute(sql, {"app": self.id, **values}).fetchall()


class Database:
    """`path` is a file, which is made if absent, or `:memory:`."""

    def __init__(self, path: str | Path = ":memory:") -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA foreign_keys = ON")
        # A power cut may cost an emulator its last writes; waiting for the disk at every request would cost more.
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(SCHEMA)
        self.close = weakref.finalize(self, self._connection.close)

    @contextmanager
    def app(self, environment: str, bundle_id: str) -> Iterator[App]:
        """The app, for one thread at a time; what is done is kept whole, or not at all if an error leaves."""
        with self._transaction() as connection:
            key = (environment, bundle_id)
            connection.execute("INSERT OR IGNORE INTO app (environment, bundle_id) VALUES (?, ?)", key)
            row = connection.execute("SELECT id FROM app WHERE environment = ? AND bundle_id = ?", key).fetchone()
            yield App(connection, row["id"], environment, bundle_id)

    def apps(self) -> list[tuple[str, str]]:
        """Environment and bundle id of every app that was ever asked about."""
        with self._transaction() as connection:
            sql = "SELECT environment, bundle_id FROM app ORDER BY bundle_id, environment DESC"
            return [(row["environment"], row["bundle_id"]) for row in connection.execute(sql)]

    def pass_performance_test(self, *, passed: bool, bundle_id: str | None, now: int) -> None:
        """Decide the test of one app, or of every app, for any URL."""
        with self._transaction() as connection:
            if bundle_id is None:
                connection.execute("DELETE FROM performance_test")
            verdict = (bundle_id or "*", passed, None, now)
            connection.execute("INSERT OR REPLACE INTO performance_test VALUES (?, ?, ?, ?)", verdict)

    def clear(self) -> None:
        with self._transaction() as connection:
            connection.execute("DELETE FROM app")
            connection.execute("DELETE FROM performance_test")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
