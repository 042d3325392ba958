"""The settings, the key among them, and a token that it signs; nothing is sent."""

import os
import re
import shlex
import stat
import time
from pathlib import Path

from retention_messaging_cli.account import WITHOUT_STACK, Account
from retention_messaging_cli.doctor.finding import Finding, Status, ok
from retention_messaging_cli.doctor.stack import Stack
from retention_messaging_provider.api import mint_token
from retention_messaging_provider.api.auth import TOKEN_LIFETIME
from retention_messaging_provider.resources.handler import Failure
from retention_messaging_provider.settings import PRIVATE_KEY

APP_STORE_CONNECT, IN_APP_PURCHASE = "AuthKey_", "SubscriptionKey_"
"""How App Store Connect names the files of its two kinds of keys."""

OTHERS = stat.S_IRWXG | stat.S_IRWXO
NEEDED = ("issuerId", "keyId")
TYPE = "type: "
"""What stands before a command in a remedy of the provider's."""

OR, AS_COMMENT = " (or production)", "  # or production"
"""Behind a command in such a remedy, and as a shell takes it."""


def settings(stack: Stack) -> Finding:
    """Whether all settings but the key are there, and can be right."""
    account = stack.account
    wrong = [each for each in account.wrong() if each.property not in PRIVATE_KEY]
    halves = [(each.property, *each.reason.partition("; ")[::2]) for each in wrong]
    halves += [(key, "is not set", account.remedies.to_type(key)) for key in NEEDED if account.value(key) is None]
    if not halves:
        of = f"{account.settings.bundle_id} ({account.settings.environment})"
        return ok(f"{of}, from {' and '.join(_origins(stack))}")
    found = ", ".join(f"{key} {flaw}" for key, flaw, _ in halves)
    if not stack.name and not account.found():
        return Finding(Status.FAIL, found, (WITHOUT_STACK,))
    remedies = (remedy.removeprefix(TYPE) for _, _, remedy in halves)
    return Finding(Status.FAIL, found, tuple(each.replace(OR, AS_COMMENT) if stack.name else each for each in remedies))


def _origins(stack: Stack) -> list[str]:
    account = stack.account
    return sorted(
        {
            "environment variables" if key in account.settings.from_environment else account.origin(key)
            for key in account.found()
        }
    )


def key(stack: Stack) -> Finding:
    """Whether there is a key of the right kind, which nobody else can read."""
    account = stack.account
    account.refuse_key_in_clear()
    if wrong := [each for each in account.wrong() if each.property in PRIVATE_KEY]:
        raise Failure(f"{wrong[0].property} {wrong[0].reason}")
    account.settings.credentials()
    if account.settings.private_key:
        return ok(f"an elliptic curve key on P-256, from {account.origin('privateKey')}")
    path = Path(str(account.settings.private_key_path)).expanduser()
    if name := _wrong_name(path.name, account):
        return name
    if os.name == "nt":  # where a mode does not tell who can read a file
        return ok(f"an elliptic curve key on P-256, in {path}")
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & OTHERS:
        return ok(f"an elliptic curve key on P-256, in {path}, which nobody else can read")
    if stack.fix:
        return _fix(path, mode, account)
    return Finding(
        Status.WARN,
        f"{path} has mode {mode:o}: others on this machine can read it",
        (shlex.join(["chmod", "600", str(path)]),),
    )


def _fix(path: Path, mode: int, account: Account) -> Finding:
    """Take the file from others, where this user may do that."""
    try:
        path.chmod(mode & ~OTHERS)
    except OSError as error:
        return Finding(
            Status.WARN,
            f"{path} has mode {mode:o}, which cannot be changed ({error.strerror}): others on this machine can read it",
            ("copy the file to a folder of yours", account.remedies.command("privateKeyPath")),
        )
    return ok(f"{path} was mode {mode:o} and is {mode & ~OTHERS:o} now: nobody else can read it")


def _wrong_name(name: str, account: Account) -> Finding | None:
    """What the name of the key's file says against it."""
    if name.startswith(APP_STORE_CONNECT):
        return Finding(
            Status.FAIL,
            f"{name} is by its name a key of the App Store Connect API, which this API refuses",
            (
                f"generate an In-App Purchase key in App Store Connect, whose file is {IN_APP_PURCHASE}<key id>.p8",
                account.remedies.command("privateKeyPath"),
                account.remedies.command("keyId"),
            ),
        )
    named = re.fullmatch(rf"{IN_APP_PURCHASE}(\w+)\.p8", name)
    if named and named[1] != account.settings.key_id:
        return Finding(
            Status.WARN,
            f"{name} is by its name of another key than keyId, {account.settings.key_id}",
            (account.remedies.command("keyId", named[1]),),
        )
    return None


def token(stack: Stack) -> Finding:
    """Whether the key signs a token."""
    account = stack.account
    credentials = account.settings.credentials()
    mint_token(credentials, account.location().bundle_id, time.time())
    return ok(f"signed with key {account.value('keyId')} for {TOKEN_LIFETIME // 60} minutes")
