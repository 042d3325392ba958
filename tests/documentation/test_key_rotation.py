"""docs/recipes/key-rotation.md, typed as it stands there, while Apple takes the old key and the new one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from acceptance.stacks import NO_CLI
from documentation.pages import blocks, commands
from documentation.terminals import key_file, make_stack, production_settings, with_the_package
from engine.found import CHECKOUT
from retention_messaging_emulator import Emulator
from retention_messaging_emulator.credentials import Credentials
from retention_messaging_emulator.web.tokens import TokenCheck, UnauthenticatedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = CHECKOUT / "docs" / "recipes" / "key-rotation.md"
SET_THE_KEY, RECORD_IT, REFRESH, WITH_THE_PROGRAM = (list(commands(text)) for _, text in blocks("console", [PAGE]))
OLD = "ABCDEFGHIJ"
NEW = SET_THE_KEY[0].split()[-1]


class Keys(TokenCheck):
    """Several keys of one account: a token is good if one of them signed it."""

    def __init__(self, emulator: Emulator, *keys: Credentials) -> None:
        super().__init__(keys[0], None, emulator.switches, emulator.clock)
        self._others = [TokenCheck(each, None, emulator.switches, emulator.clock) for each in keys[1:]]

    def bundle_id(self, authorization: str | None) -> str:
        for each in self._others:
            try:
                return each.bundle_id(authorization)
            except UnauthenticatedError:
                continue
        return super().bundle_id(authorization)


class Account:
    """A production stack at an emulator that knows the old key and the new one."""

    def __init__(self, emulator: Emulator, folder: Path, url: str) -> None:
        self.emulator = emulator
        self.new = replace(Credentials.make(), key_id=NEW, issuer_id=emulator.credentials.issuer_id)
        emulator.traffic.tokens = Keys(emulator, emulator.credentials, self.new)
        key_file(folder, self.new)
        self.terminal = with_the_package(folder)
        self.terminal.type(f"cp -r {CHECKOUT / 'examples' / 'defaults'} program && cd program")
        make_stack(self.terminal, "production", production_settings(folder, emulator.credentials, url))
        self.terminal.type("pulumi up --yes")

    def revoke_the_old_key(self) -> None:
        self.emulator.traffic.tokens = TokenCheck(self.new, None, self.emulator.switches, self.emulator.clock)


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    emulator = Emulator(credentials=replace(Credentials.make(), key_id=OLD))
    with emulator.serve() as server:
        yield Account(emulator, tmp_path, server.url)


@NO_CLI
@pytest.mark.long
def test_in_the_pages_order_nothing_fails(account: Account) -> None:
    """The new key is set, looked at and recorded; after the old one is revoked, a refresh needs only the new one."""
    for command in (*SET_THE_KEY, *RECORD_IT):
        account.terminal.type(command)
    account.revoke_the_old_key()
    for command in REFRESH:
        account.terminal.type(command)

    assert len(account.emulator.production.messages()) == 3


@NO_CLI
@pytest.mark.long
def test_a_key_that_was_revoked_too_early_is_named(account: Account) -> None:
    """A refresh before the next `pulumi up` fails with the old key's ID, and with the program it has the new key."""
    for command in SET_THE_KEY:
        account.terminal.type(command)
    account.revoke_the_old_key()

    with pytest.raises(AssertionError, match=f"401.*signed with key {OLD}"):
        account.terminal.type(*REFRESH)
    account.terminal.type(*WITH_THE_PROGRAM)
