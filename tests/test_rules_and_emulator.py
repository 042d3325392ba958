"""The rules and the emulator were written apart from each other: they agree on what Apple takes."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.samples import BOUNDED, PICTURES
from retention_messaging_emulator import AppStoreConnect, AppStoreError, Emulator, RefusedError, Switches
from retention_messaging_provider import rules
from retention_messaging_provider.texts import is_blank

HERO, BULLET = "a1b2c3d4-e5f6-4890-a1b2-000000000001", "a1b2c3d4-e5f6-4890-a1b2-000000000002"
SIZES = {HERO: "FULL_SIZE", BULLET: "BULLET_POINT"}


def texts(limit: int) -> st.SearchStrategy[str]:
    """Short ones, and ones about as long as is allowed."""
    characters = st.sampled_from(["a", " ", "\n", "🔥", "e\N{COMBINING ACUTE ACCENT}", "🇩🇪", "👨‍👩‍👧‍👦"])
    lengths = st.integers(limit - 1, limit + 1)
    some = st.text(max_size=6) | st.builds(lambda one, times: one * times, characters, lengths)
    # what no reader sees is refused in the plan; the emulator knows blanks only
    return some.filter(lambda text: not text or text.isspace() or not is_blank(text))


images = st.fixed_dictionaries({"imageIdentifier": st.sampled_from([HERO, BULLET]), "altText": texts(150)})
bullet_points = st.fixed_dictionaries(
    {"text": texts(66), "imageIdentifier": st.sampled_from([BULLET, BULLET, HERO]), "altText": texts(150)}
)
messages = st.fixed_dictionaries(
    {"header": texts(66), "body": texts(144)},
    optional={
        "image": images,
        "headerPosition": st.sampled_from(["ABOVE_BODY", "ABOVE_IMAGE", "BELOW_BODY"]),
        "bulletPoints": st.lists(bullet_points, max_size=6),
    },
)


@pytest.fixture(scope="module")
def store(request: pytest.FixtureRequest) -> AppStoreConnect:
    """Counts texts in the unit that it is asked for, takes no blank ones, and has a picture of each size."""
    switches = Switches(text_unit=request.param, blank_text=AppStoreError.GENERAL_BAD_REQUEST)
    store = Emulator(switches=switches).sandbox
    store.put_image(HERO, (PICTURES / "hero.png").read_bytes())
    store.put_image(BULLET, (PICTURES / "bullet.png").read_bytes(), "BULLET_POINT")
    return store


def accepts(store: AppStoreConnect, body: dict[str, Any]) -> bool:
    try:
        store.upload_message(str(uuid4()), body)
    except RefusedError:
        return False
    return True


@settings(BOUNDED, max_examples=200)
@given(body=messages)
@pytest.mark.parametrize("store", ["graphemes"], indirect=True)
def test_the_rules_refuse_exactly_what_the_emulator_refuses(store: AppStoreConnect, body: dict[str, Any]) -> None:
    """The rules refuse a message exactly if the emulator does, when it counts graphemes."""
    failures = list(rules.message(body, SIZES.get))

    assert accepts(store, body) is (failures == [])


@settings(BOUNDED, max_examples=200)
@given(body=messages)
@pytest.mark.parametrize("store", ["code-points", "utf-16-units"], indirect=True)
def test_a_text_without_a_warning_is_accepted_in_any_unit(store: AppStoreConnect, body: dict[str, Any]) -> None:
    """A message without a check failure and without a warning is accepted in any unit."""
    failures = list(rules.message(body, SIZES.get))
    warnings = [warning for text in rules.message_texts(body) for warning in rules.length_warnings(*text)]

    assert accepts(store, body) or failures or warnings
