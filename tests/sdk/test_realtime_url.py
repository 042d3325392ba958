from typing import Any

import pulumi
import pytest
from pulumi.runtime.rpc import is_rpc_secret

import pulumi_retention_messaging as retention
from sdk.programs import WHERE, run

URL = "https://retention.example.com/apple"
# Twice, because Pulumi keeps an output secret only where an input of its name is
URLS = {"url": URL, "configuredUrl": URL}
OWNER = {"owner": "urn:pulumi:dev::shop::pulumi-python:dynamic/retention-messaging:RealtimeUrl::endpoint"}


@pytest.mark.parametrize(
    ("args", "inputs"),
    [
        (retention.RealtimeUrlArgs(url=URL), {**WHERE, **URLS, **OWNER}),
        (
            retention.RealtimeUrlArgs(url=URL, adopt=True, bundle_id="com.example.other"),
            {"environment": "sandbox", "bundleId": "com.example.other", **URLS, **OWNER, "adopt": True},
        ),
        (
            retention.RealtimeUrlArgs(url=URL, bundle_id="com.example.other"),
            {"environment": "sandbox", "bundleId": "com.example.other", **URLS, **OWNER},
        ),
    ],
    ids=["the url alone", "everything", "another app"],
)
def test_it_reaches_the_engine_in_apples_words(args: retention.RealtimeUrlArgs, inputs: dict[str, Any]) -> None:
    """A RealtimeUrl made with args, keywords or Outputs has the same inputs, with the URL twice and its owner."""

    def program_with_outputs() -> None:
        given = {key: pulumi.Output.from_input(value) for key, value in vars(args).items() if value is not None}
        make: Any = retention.RealtimeUrl
        make("endpoint", **given)

    with_args = run(lambda: retention.RealtimeUrl("endpoint", args))
    with_keywords = run(lambda: retention.RealtimeUrl("endpoint", **vars(args)))
    with_outputs = run(program_with_outputs)

    assert with_args.resources["endpoint"].inputs == inputs
    assert with_keywords.resources["endpoint"].inputs == inputs
    assert with_outputs.resources["endpoint"].inputs == inputs


def test_its_outputs_are_what_apple_has_and_what_was_configured() -> None:
    """`url` is what the provider answers, `configured_url` what was given, and app and environment are outputs, too."""

    def program() -> pulumi.Output[Any]:
        endpoint = retention.RealtimeUrl("endpoint", url=URL)
        return pulumi.Output.all(endpoint.url, endpoint.configured_url, endpoint.bundle_id, endpoint.environment)

    ran = run(program, states={"endpoint": {"url": "https://elsewhere.example.com", "configuredUrl": URL}})

    assert ran.answer == ["https://elsewhere.example.com", URL, "com.example.app", "sandbox"]


def test_a_secret_url_is_secret_in_all_that_holds_it() -> None:
    """A secret URL makes `url` and `configuredUrl` secret, and no other input."""
    ran = run(lambda: retention.RealtimeUrl("endpoint", url=pulumi.Output.secret(URL)))

    secret = {key for key, value in ran.resources["endpoint"].inputs.items() if is_rpc_secret(value)}
    assert secret == set(URLS)


def test_a_bare_url_in_the_place_of_the_args_is_refused() -> None:
    """A text in the place of RealtimeUrlArgs raises TypeError, which names RealtimeUrlArgs and keywords."""
    give: Any = retention.RealtimeUrl

    with pytest.raises(TypeError, match="takes either one RealtimeUrlArgs or its fields as keywords"):
        run(lambda: give("endpoint", URL))
