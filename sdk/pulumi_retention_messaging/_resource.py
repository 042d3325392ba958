"""What the resources of a program have in common: where they live, who owns them, and what they cannot do."""

import asyncio
import re
from collections.abc import Awaitable, Mapping
from functools import cache
from inspect import get_annotations
from typing import Any, TypeVar

import pulumi
from pulumi.dynamic import Resource as DynamicResource
from pulumi.dynamic import ResourceProvider
from pulumi.runtime import is_config_secret
from pulumi.runtime.stack import Stack

from pulumi_retention_messaging._program import current_program, not_waited_for
from retention_messaging_provider.settings import NAMESPACE, Settings

PACKAGE = "pulumi-python"
"""The package of every dynamic resource in Python."""

IN_ORDER = pulumi.ResourceOptions(delete_before_replace=False)

Args = TypeVar("Args")


class Resource(DynamicResource):
    """
    A resource of Apple's Retention Messaging API.

    Properties are snake_case in Python and Apple's camelCase in the state.
    """

    environment: pulumi.Output[str]
    """`sandbox` or `production`, as it was recorded when the resource was made."""

    bundle_id: pulumi.Output[str]
    """The app, as it was recorded when the resource was made."""

    def __init__(
        self,
        provider: ResourceProvider,
        name: str,
        props: Mapping[str, Any],
        bundle_id: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        """Add to the properties where the resource lives; refuse options that a dynamic provider cannot honour."""
        refuse_options(name, opts or pulumi.ResourceOptions())
        settings = stack_settings()
        where = {
            "environment": as_declared("environment", settings.environment),
            "bundle_id": bundle_id or as_declared("bundleId", settings.bundle_id),
            "base_url": as_declared("baseUrl", settings.recorded_base_url),
        }
        told = outputs_of(type(self))  # type: ignore[arg-type]  # a class's own __hash__ is that of its objects
        used = {key: value for key, value in {**props, **where}.items() if value is not None or key in told}
        with not_waited_for():
            super().__init__(provider, name, used, opts)
        current_program().note(self)

    def _own_urn(self, name: str, opts: pulumi.ResourceOptions | None) -> Awaitable[str]:
        """The URN that the engine will give it: the owner of what it makes at Apple."""
        return own_urn(f"{PACKAGE}:{self._resource_type_name}", name, opts.parent if opts else None)

    def translate_input_property(self, prop: str) -> str:
        """From snake_case to camelCase."""
        return camel_case(prop)

    def translate_output_property(self, prop: str) -> str:
        """From camelCase to snake_case."""
        return snake_case(prop)


class OwnedResource(Resource):
    """
    A resource that has at Apple what is its own, by its URN.

    Replacements are made before what they replace is deleted, whatever the options say: a customer is never left
    without a message.
    """

    def __init__(
        self,
        provider: ResourceProvider,
        name: str,
        props: Mapping[str, Any],
        bundle_id: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        """Add the owner."""
        opts = pulumi.ResourceOptions.merge(opts, IN_ORDER)
        super().__init__(provider, name, {**props, "owner": self._own_urn(name, opts)}, bundle_id, opts)

    @property
    def _transformations(self) -> list[pulumi.ResourceTransformation]:
        """Its own and those that it inherits, which Pulumi sets; what must be so is done after them all."""
        return [*self.__dict__["_transformations"], self._settle]

    @_transformations.setter
    def _transformations(self, transformations: list[pulumi.ResourceTransformation]) -> None:
        self.__dict__["_transformations"] = transformations

    def _settle(self, args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        """The last transformation; children inherit it, whom it does not concern."""
        if args.resource is not self:
            return None
        refuse_options(args.name, args.opts)
        is_in_order = args.opts.delete_before_replace is False
        opts = args.opts if is_in_order else pulumi.ResourceOptions.merge(args.opts, IN_ORDER)
        return pulumi.ResourceTransformationResult(args.props, opts)


class Upload(OwnedResource):
    """A resource whose identifier at Apple is derived from its URN and its content."""

    def __init__(
        self,
        provider: ResourceProvider,
        name: str,
        props: Mapping[str, Any],
        bundle_id: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        """Add whether it is to be retained: the provider retires what an upload superseded."""
        self._is_retained = bool(opts and opts.retain_on_delete)
        extra = {"retain_on_delete": self._is_retained or None}
        super().__init__(provider, name, {**props, **extra}, bundle_id, opts)

    def _settle(self, args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        """A transformation may have it retained, or not."""
        settled = super()._settle(args)
        if settled:
            self._is_retained = bool(settled.opts.retain_on_delete)
            settled.props = {**settled.props, "retain_on_delete": self._is_retained or None}
        return settled


def either(args: Args | None, type_: type[Args], keywords: Mapping[str, Any]) -> Args:
    """What makes a resource, given as one object or as keywords. Raises TypeError for both, or for anything else."""
    if args is None:
        return type_(**keywords)
    if keywords or not isinstance(args, type_):
        raise TypeError(f"takes either one {type_.__name__} or its fields as keywords")
    return args


def own_urn(type_: str, name: str, parent: pulumi.Resource | None) -> Awaitable[str]:
    """
    The URN that the engine will give, without a dependency on the parent.

    A coroutine, because an Output that depends on the parent is a circular dependency inside a component. All but the
    name is found out once for all resources of a type and a parent: Pulumi makes many Outputs for it.
    """
    if isinstance(parent, Stack):  # the engine leaves the stack's type out of URNs
        parent = None
    known = current_program().urns
    if (type_, parent) not in known:
        known[type_, parent] = asyncio.ensure_future(pulumi.create_urn("", type_, parent).future())
    nameless = known[type_, parent]

    async def urn() -> str:
        value = await nameless
        assert value is not None  # noqa: S101 - a URN is known in preview, too
        return f"{value}{name}"

    return asyncio.ensure_future(urn())


def stack_settings() -> Settings:
    """
    The stack's settings, as they are when a program first asks.

    Raises RunError when the private key stands in the stack's config in clear.
    """
    program = current_program()
    program.settings = program.settings or read_settings()
    return program.settings


def read_settings() -> Settings:
    """Them anew."""
    config = pulumi.Config(NAMESPACE)
    if config.get("privateKey") is not None and not is_config_secret(f"{NAMESPACE}:privateKey"):
        raise pulumi.RunError(
            f"{NAMESPACE}:privateKey is in the stack's config in clear text, and was not used; "
            "revoke the key if that file was shared, and type: "
            f"pulumi config set --secret {NAMESPACE}:privateKey < SubscriptionKey_<key id>.p8"
        )
    return Settings.read(config.get)


def as_declared(key: str, value: str | None) -> "pulumi.Input[str | None]":
    """The value of a setting, which stays a secret in the state where it is one in the stack's config."""
    return pulumi.Output.secret(value) if value and is_config_secret(f"{NAMESPACE}:{key}") else value


def refuse_options(name: str, opts: pulumi.ResourceOptions) -> None:
    """Raise RunError for what Pulumi does not offer dynamic resources, instead of ignoring it."""
    if has_provider(opts):
        raise pulumi.RunError(
            f"'{name}' was given a provider of its own, which dynamic resources do not have; "
            f"set {NAMESPACE}:… in the stack's config, or bundle_id= for another app"
        )
    for option, reason in REFUSED.items():
        if getattr(opts, option, None):
            raise pulumi.RunError(f"'{name}' was given {option}=, {reason}")


TAKE_OVER = (
    "which dynamic resources do not have; to take over what is at Apple already, give its identifier "
    "(message_identifier=, image_identifier=) or URL and adopt=True"
)
ANOTHER_PROCESS = "for which Pulumi starts another process, which knows nothing of the program's others; leave it out"
REFUSED = {
    "import_": TAKE_OVER,
    "id": TAKE_OVER,
    "version": ANOTHER_PROCESS,
    "plugin_download_url": ANOTHER_PROCESS,
    "deleted_with": "with which Pulumi forgets it and leaves it at Apple; leave it out, or set retain_on_delete=True, "
    "with which what stays is named",
    "replace_with": "with which Pulumi may delete it before its replacement is there; leave it out, because what "
    "changes of it is replaced anyhow",
}
"""Option → why no resource has it, and what to do instead."""


def has_provider(opts: pulumi.ResourceOptions) -> bool:
    """
    Whether the options, or a parent, name another provider of dynamic resources: a process with settings of its own.

    Components hand down providers of other packages, too; Pulumi passes those over.
    """
    named = opts.providers or ()
    given = [opts.provider, *(named.values() if isinstance(named, Mapping) else named)]
    inherited = opts.parent and opts.parent.get_provider(f"{PACKAGE}:dynamic:Resource")
    return inherited is not None or any(provider and provider.package == PACKAGE for provider in given)


@cache
def outputs_of(resource: type[Resource]) -> frozenset[str]:
    """What a resource type tells a program: of what it does not, and is None, no Output needs to be made."""
    return frozenset(name for each in resource.__mro__ for name in get_annotations(each))


@cache
def camel_case(name: str) -> str:
    """`bundle_id` → `bundleId`."""
    return re.sub(r"(?<=[a-z0-9])_([a-z])", lambda match: match[1].upper(), name)


@cache
def snake_case(name: str) -> str:
    """`bundleId` → `bundle_id`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match[1].lower()}", name)
