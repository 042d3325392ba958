from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi import ProviderResource, ResourceOptions

from sdk.programs import Registered, run
from sdk.samples import IN_ORDER, OWNED, RESOURCES, Group


@pytest.mark.parametrize("name", IN_ORDER)
@pytest.mark.parametrize("given", [None, ResourceOptions(), ResourceOptions(delete_before_replace=True)])
def test_nothing_is_deleted_before_its_replacement_is_there(name: str, given: ResourceOptions | None) -> None:
    """All resources but a PerformanceTest turn `deleteBeforeReplace` off, even where the program turned it on."""
    options = run(lambda: RESOURCES[name](opts=given)).resources["it"].options

    assert options.deleteBeforeReplaceDefined
    assert not options.deleteBeforeReplace


def transformed(make: Callable[[], pulumi.Resource], **options: Any) -> Registered:
    """What is registered in a stack that has a transformation for all that is in it."""

    def transformation(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        opts = ResourceOptions.merge(args.opts, ResourceOptions(**options))
        return pulumi.ResourceTransformationResult(args.props, opts)

    def program() -> None:
        pulumi.runtime.register_stack_transformation(transformation)
        make()

    return run(program).resources["it"]


@pytest.mark.parametrize("name", IN_ORDER)
def test_no_transformation_changes_that_order(name: str) -> None:
    """A stack transformation cannot turn `deleteBeforeReplace` on, while the `protect` that it sets stays set."""
    options = transformed(RESOURCES[name], delete_before_replace=True, protect=True).options

    assert options.deleteBeforeReplaceDefined
    assert not options.deleteBeforeReplace
    assert options.protect


def test_children_of_a_message_are_their_own() -> None:
    """A child of a Message does not inherit the Message's `deleteBeforeReplace`."""

    def program() -> None:
        pulumi.ComponentResource("example:Child", "child", None, ResourceOptions(parent=RESOURCES["Message"]()))

    assert not run(program).resources["child"].options.deleteBeforeReplaceDefined


@pytest.mark.parametrize("name", OWNED)
def test_a_transformation_may_retain_an_upload(name: str) -> None:
    """`retain_on_delete` from a stack transformation reaches the engine, and the provider as an input."""
    it = transformed(RESOURCES[name], retain_on_delete=True)

    assert it.options.retainOnDelete
    assert it.inputs["retainOnDelete"] is True


def test_the_options_that_were_given_stay_as_they_are() -> None:
    """A Message leaves the ResourceOptions object that it is given as it was."""
    given = ResourceOptions(delete_before_replace=True)

    run(lambda: RESOURCES["Message"](opts=given))

    assert given.delete_before_replace is True


@pytest.mark.parametrize("name", OWNED)
def test_retain_on_delete_reaches_the_engine_and_the_provider(name: str) -> None:
    """`retain_on_delete` reaches the engine as an option, and the provider as an input."""
    it = run(lambda: RESOURCES[name](opts=ResourceOptions(retain_on_delete=True))).resources["it"]

    assert it.options.retainOnDelete
    assert it.inputs["retainOnDelete"] is True


@pytest.mark.parametrize("given", [None, ResourceOptions(), ResourceOptions(retain_on_delete=False)])
def test_that_it_is_not_to_be_retained_is_not_recorded(given: ResourceOptions | None) -> None:
    """A Message without `retain_on_delete`, or with it off, has no input `retainOnDelete`."""
    ran = run(lambda: RESOURCES["Message"](opts=given))

    assert "retainOnDelete" not in ran.resources["it"].inputs


@pytest.mark.parametrize("name", RESOURCES)
def test_pulumis_other_options_reach_the_engine(name: str) -> None:
    """`protect`, `aliases` and `depends_on` of every resource reach the engine."""

    def program() -> None:
        first = RESOURCES["RealtimeUrl"]("first")
        aliases = [pulumi.Alias(name="before")]
        RESOURCES[name](opts=ResourceOptions(protect=True, aliases=aliases, depends_on=[first]))

    ran = run(program)

    options = ran.resources["it"].options
    assert options.protect
    assert [alias.spec.name for alias in options.aliases] == ["before"]
    assert list(options.dependencies) == [ran.resources["first"].urn]


@pytest.mark.parametrize(
    ("written", "known_as"),
    [
        ("body", "body"),
        ("header_position", "headerPosition"),
        ("image", "image"),
        ("image.alt_text", "image.altText"),
        ("bullet_points[0].alt_text", "bulletPoints[0].altText"),
        ("*", "*"),
    ],
)
def test_changes_are_ignored_under_the_names_that_a_program_uses(written: str, known_as: str) -> None:
    """`ignore_changes` takes a program's snake_case paths, and the engine gets them in camelCase."""
    ran = run(lambda: RESOURCES["Message"](opts=ResourceOptions(ignore_changes=[written])))

    assert list(ran.resources["it"].options.ignoreChanges) == [known_as]


GIVE_A_PROVIDER: dict[str, Callable[[ProviderResource], ResourceOptions]] = {
    "provider=": lambda other: ResourceOptions(provider=other),
    "providers= as a list": lambda other: ResourceOptions(providers=[other]),
    "providers= by package": lambda other: ResourceOptions(providers={other.package: other}),
    "merged": lambda other: ResourceOptions.merge(ResourceOptions(providers=[other]), ResourceOptions(protect=True)),
    "a component's": lambda other: ResourceOptions(parent=Group(opts=ResourceOptions(providers=[other]))),
}


@pytest.mark.parametrize("name", RESOURCES)
@pytest.mark.parametrize("give", GIVE_A_PROVIDER.values(), ids=GIVE_A_PROVIDER)
def test_another_provider_of_dynamic_resources_is_refused(
    name: str, give: Callable[[ProviderResource], ResourceOptions]
) -> None:
    """Another provider of dynamic resources, its own or a component's, raises RunError with what to set instead."""
    with pytest.raises(pulumi.RunError) as refused:
        run(lambda: RESOURCES[name](opts=give(ProviderResource("pulumi-python", "other"))))

    assert str(refused.value) == (
        "'it' was given a provider of its own, which dynamic resources do not have; "
        "set retention-messaging:… in the stack's config, or bundle_id= for another app"
    )


def test_a_provider_that_a_transformation_gives_is_refused() -> None:
    """A transformation may not give another provider of dynamic resources either."""
    with pytest.raises(pulumi.RunError, match=r"^'it' was given a provider of its own"):
        run(
            lambda: RESOURCES["Message"](
                opts=with_a_transformation(ResourceOptions(provider=ProviderResource("pulumi-python", "other")))
            )
        )


@pytest.mark.parametrize("give", GIVE_A_PROVIDER.values(), ids=GIVE_A_PROVIDER)
def test_pulumi_passes_over_a_provider_of_another_package(
    give: Callable[[ProviderResource], ResourceOptions],
) -> None:
    """A provider of another package, however it is given, is no error, and the engine does not get it."""
    ran = run(lambda: RESOURCES["Message"](opts=give(ProviderResource("random", "other"))))

    assert ran.resources["it"].options.provider == ""


def with_a_transformation(opts: ResourceOptions) -> ResourceOptions:
    """Options that a transformation gives."""
    return ResourceOptions(
        transformations=[
            lambda args: pulumi.ResourceTransformationResult(args.props, ResourceOptions.merge(args.opts, opts))
        ]
    )


REFUSED: dict[str, Callable[[], ResourceOptions]] = {
    "deleted_with": lambda: ResourceOptions(deleted_with=pulumi.ComponentResource("example:Group", "group")),
    "replace_with": lambda: ResourceOptions(replace_with=[pulumi.ComponentResource("example:Group", "group")]),
    "version": lambda: ResourceOptions(version="1.0.0"),
    "plugin_download_url": lambda: ResourceOptions(plugin_download_url="https://example.com"),
}


@pytest.mark.parametrize(
    ("name", "give"),
    [
        *(pytest.param(name, lambda opts: opts, id=f"{name}'s own") for name in RESOURCES),
        *(
            pytest.param(name, with_a_transformation, id=f"a transformation's of {name}")
            for name in sorted({*RESOURCES} - {"PerformanceTest"})  # it has nothing at Apple
        ),
    ],
)
@pytest.mark.parametrize(
    "option", [each for each in REFUSED if each in vars(ResourceOptions()) or each in dir(ResourceOptions)]
)
def test_an_option_that_endangers_what_is_shown_is_refused(
    name: str, give: Callable[[ResourceOptions], ResourceOptions], option: str
) -> None:
    """What Pulumi would leave at Apple, delete too early or ask another process for is refused: RunError."""
    with pytest.raises(pulumi.RunError, match=rf"^'it' was given {option}=, .*leave it out"):
        run(lambda: RESOURCES[name](opts=give(REFUSED[option]())))


@pytest.mark.parametrize(
    ("option", "given"),
    [("import_=", ResourceOptions(import_="6f9619ff")), ("id=", ResourceOptions(id="6f9619ff"))],
    ids=["import_=", "id="],
)
@pytest.mark.parametrize("name", RESOURCES)
def test_import_and_id_are_refused_with_what_to_do_instead(name: str, option: str, given: ResourceOptions) -> None:
    """`import_` and `id` raise RunError, which names `adopt=True` with an identifier or URL as the way to take over."""
    with pytest.raises(pulumi.RunError) as refused:
        run(lambda: RESOURCES[name](opts=given))

    assert str(refused.value) == (
        f"'it' was given {option}, which dynamic resources do not have; to take over what is at Apple already, "
        "give its identifier (message_identifier=, image_identifier=) or URL and adopt=True"
    )
