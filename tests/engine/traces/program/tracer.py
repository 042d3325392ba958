"""A provider that writes down every call the engine makes, over a world that is one JSON file.

Properties `r_…` replace, `u_…` update; `u_fail` names the call that fails; `dbr` asks for delete-before-replace.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

HERE = Path(os.environ["TRACE_DIR"])
WORLD = HERE / "world.json"
_lock = threading.Lock()

Properties = dict[str, Any]


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key != "__provider"}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return f"<{type(value).__name__}>"


def called(method: str, **arguments: Any) -> None:
    line = json.dumps({"call": method, **{key: plain(value) for key, value in arguments.items()}}, sort_keys=True)
    with _lock, (HERE / "calls.jsonl").open("a") as file:
        file.write(f"{line}\n")


def in_world(act: Callable[[Properties], Any]) -> Any:
    with _lock:
        world = json.loads(WORLD.read_text()) if WORLD.exists() else {}
        answer = act(world)
        WORLD.write_text(json.dumps(world))
        return answer


class NodeProvider(ResourceProvider):
    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        sys.tracebacklimit = 0
        called("configure", config={key: req.config.get(key) for key in ("trace:plain", "other-ns:token")})

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        called("check", olds=_olds, news=news)
        if news.get("r_text") == "invalid":
            return CheckResult(news, [CheckFailure("r_text", "is invalid")])
        inputs = dict(news)
        if "r_text" in news:
            text = news["r_text"]
            inputs["derived"] = f"d-{text}" if isinstance(text, str) else text
        return CheckResult(inputs, [])

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        called("diff", id=_id, olds=_olds, news=_news)
        keys = [key for key in sorted(_olds.keys() | _news.keys()) if key[:2] in ("r_", "u_")]
        changed = [key for key in keys if _olds.get(key) != _news.get(key)]
        return DiffResult(bool(changed), [key for key in changed if key.startswith("r_")], [], bool(_news.get("dbr")))

    def create(self, props: Properties) -> CreateResult:
        called("create", props=props)
        if props.get("u_fail") == "create":
            time.sleep(0.5)  # what does not depend on it begins meanwhile
            raise RuntimeError("create refused")
        if props.get("u_fail") == "kill":
            os.kill(int((HERE / "engine.pid").read_text()), signal.SIGKILL)
            time.sleep(0.5)
            os._exit(9)
        id_ = f"id-{props.get('r_text', props.get('u_text'))}"
        in_world(lambda world: world.update({id_: props.get("u_text", "")}))
        return CreateResult(id_, {**props, "out": f"out-{id_}"})

    def read(self, id_: str, props: Properties) -> ReadResult:
        called("read", id=id_, props=props)
        text = in_world(lambda world: world.get(id_))
        if text is None:
            return ReadResult("", {})
        drifted = {"u_text": text} if "u_text" in props else {}
        inputs = {key: value for key, value in props.items() if key != "out"}
        return ReadResult(id_, {**props, **drifted}, {**inputs, **drifted})

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        called("update", id=_id, olds=_olds, news=_news)
        if _news.get("u_fail") == "update":
            raise RuntimeError("update refused")
        in_world(lambda world: world.update({_id: _news.get("u_text", "")}))
        return UpdateResult({**_news, "out": f"out-{_id}"})

    def delete(self, _id: str, _props: Properties) -> None:
        called("delete", id=_id, props=_props)
        if _props.get("u_fail") == "delete":
            raise RuntimeError("delete refused")
        in_world(lambda world: world.pop(_id, None))
