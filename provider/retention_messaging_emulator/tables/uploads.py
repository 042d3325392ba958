"""Images and messages share a lifecycle: uploaded once, reviewed, listed, limited in number, deleted."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

from retention_messaging_emulator.errors import AppStoreError, RefusedError
from retention_messaging_emulator.switches import Switches
from retention_messaging_emulator.tables.database import App

Kind = Literal["image", "message"]

NOT_FOUND = {"image": AppStoreError.IMAGE_NOT_FOUND, "message": AppStoreError.MESSAGE_NOT_FOUND}
ALREADY_EXISTS = {
    "image": AppStoreError.IMAGE_ALREADY_EXISTS,
    "message": AppStoreError.MESSAGE_ALREADY_EXISTS,
}
TOO_MANY = {
    "image": AppStoreError.MAXIMUM_NUMBER_OF_IMAGES_REACHED,
    "message": AppStoreError.MAXIMUM_NUMBER_OF_MESSAGES_REACHED,
}


@dataclass(frozen=True)
class Uploads:
    """The images, or the messages, of an app in one environment, inside a transaction."""

    app: App
    kind: Kind
    switches: Switches

    def find(self, identifier: str) -> sqlite3.Row | None:
        rows = self._execute(
            "SELECT identifier, state, uploaded, content FROM upload"
            " WHERE app = :app AND kind = :kind AND identifier = :identifier",
            identifier=identifier,
        )
        return rows[0] if rows else None

    def get(self, identifier: str) -> sqlite3.Row:
        row = self.find(identifier)
        if row is None:
            raise RefusedError(NOT_FOUND[self.kind])
        return row

    def file(self, identifier: str) -> bytes:
        self.get(identifier)
        rows = self._execute(
            "SELECT file FROM upload WHERE app = :app AND kind = :kind AND identifier = :identifier",
            identifier=identifier,
        )
        return bytes(rows[0]["file"])

    def all(self) -> list[sqlite3.Row]:
        return self._execute(
            "SELECT identifier, state, uploaded, content FROM upload WHERE app = :app AND kind = :kind"
            " ORDER BY CASE WHEN :by_upload THEN rowid ELSE identifier END",
            by_upload=self.switches.list_order == "upload",
        )

    def add(self, identifier: str, content: dict[str, Any], state: str, now: int, file: bytes | None = None) -> None:
        """Keep something new."""
        self.check_new(identifier)
        self.put(identifier, content, state, now, file)

    def check_new(self, identifier: str) -> None:
        """RefusedError where no more may be added under this identifier: it is used once, and the number is limited."""
        if self.find(identifier) is not None or self._was_deleted(identifier):
            raise RefusedError(ALREADY_EXISTS[self.kind])
        if self._count() >= getattr(self.switches, f"max_{self.kind}s"):
            raise RefusedError(TOO_MANY[self.kind])

    def put(self, identifier: str, content: dict[str, Any], state: str, now: int, file: bytes | None = None) -> None:
        """Keep it in place of what has the identifier."""
        self._execute(
            "INSERT OR REPLACE INTO upload (app, kind, identifier, state, uploaded, content, file)"
            " VALUES (:app, :kind, :identifier, :state, :uploaded, :content, :file)",
            identifier=identifier,
            state=state,
            uploaded=now,
            content=json.dumps(content),
            file=file,
        )

    def review(self, state: str, identifier: str | None) -> list[str]:
        """Decide about one, whatever its state, or about all that are pending; the identifiers decided about."""
        rows = self._execute(
            "UPDATE upload SET state = :state WHERE app = :app AND kind = :kind"
            " AND CASE WHEN :identifier IS NULL THEN state = 'PENDING' ELSE identifier = :identifier END"
            " RETURNING identifier",
            state=state,
            identifier=identifier,
        )
        return [row["identifier"] for row in rows]

    def delete(self, identifier: str) -> None:
        self._execute(
            "DELETE FROM upload WHERE app = :app AND kind = :kind AND identifier = :identifier",
            identifier=identifier,
        )
        self._execute("INSERT OR IGNORE INTO deleted VALUES (:app, :kind, :identifier)", identifier=identifier)

    def _was_deleted(self, identifier: str) -> bool:
        return not self.switches.identifiers_are_reusable and bool(
            self._execute(
                "SELECT 1 FROM deleted WHERE app = :app AND kind = :kind AND identifier = :identifier",
                identifier=identifier,
            )
        )

    def _count(self) -> int:
        rows = self._execute(
            "SELECT count(*) AS number FROM upload WHERE kind = :kind AND (:every_state OR state = 'APPROVED')"
            " AND app IN (SELECT id FROM app WHERE id = :app OR (:across AND bundle_id = :bundle_id))",
            every_state=self.switches.limit_counts == "all",
            across=self.switches.limit_scope == "app",
            bundle_id=self.app.bundle_id,
        )
        return int(rows[0]["number"])

    def _execute(self, sql: str, **values: object) -> list[sqlite3.Row]:
        return self.app.execute(sql, kind=self.kind, **values)
