"""What Pulumi does on its side of the adapter."""

import asyncio
import base64
from contextlib import closing
from typing import Any

import dill  # type: ignore[import-untyped]
from pulumi.dynamic import Config, ConfigureRequest, ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime import rpc

from resources.stack import Want, facts_of
from retention_messaging_provider.resources import run
from retention_messaging_provider.resources.message import Message
from retention_messaging_provider.settings import Settings

LOCATION = {"environment": "sandbox", "bundleId": "com.example.app"}


def serialized(provider: type[ResourceProvider]) -> str:
    """The provider as it is in the state."""
    text: str = serialize_provider(provider())
    return text


def start(provider: type[ResourceProvider], config: dict[str, str]) -> Any:
    """A provider as Pulumi makes it: from the string in the state, and configured."""
    made = dill.loads(base64.b64decode(serialized(provider)))
    made.configure(ConfigureRequest(Config(config, "app")))
    return made


def next_run(provider: type[ResourceProvider], config: dict[str, str]) -> Any:
    """The provider in the process of the next command."""
    run.begin(Settings())
    return start(provider, config)


def over_the_wire(props: dict[str, Any]) -> dict[str, Any]:
    """As properties arrive after Pulumi's gRPC: every number a float, every unknown an object of its own."""
    with closing(asyncio.new_event_loop()) as loop:  # not asyncio.run, which takes the thread's own loop away
        wire = loop.run_until_complete(rpc.serialize_properties(props, {}))
    arrived: dict[str, Any] = rpc.deserialize_properties(wire, True)
    return arrived


def sent(want: Want, config: dict[str, str], provider: type[ResourceProvider]) -> dict[str, Any]:
    """The inputs that the SDK sends for a resource."""
    location = {**LOCATION, "baseUrl": config["retention-messaging:baseUrl"]}
    facts = facts_of(want, [want]) if want.handler is Message else {}
    owner = {"owner": want.urn} if "owner" in want.handler.TABLE else {}
    return over_the_wire({**facts, **want.props, **location, **owner, "__provider": serialized(provider)})
