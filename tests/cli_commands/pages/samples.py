"""States of stacks whose messages are hard to draw, as `pulumi stack export` gives them."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw

from retention_messaging_cli.state import MARK, SECRET_MARK, TYPE
from retention_messaging_provider import png
from retention_messaging_provider.resources import identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


STACK = "urn:pulumi:production::shop::"
WHERE = {"environment": "production", "bundleId": "com.example.app"}
SECRET = {MARK: SECRET_MARK, "ciphertext": "v1:AAAA"}

OUTPUTS = {"approvedAt", "superseded", "supersededImages", "formerPairs", "foundIdentifiers", "retainedIdentifiers"}
OUTPUTS |= {"imageState", "configuredIdentifier"}

MARKUP = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
TEXTS: Mapping[str, tuple[str, str, str]] = {
    "german": (
        "de-DE",
        "Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüsseldienste",
        (
            "Behalte deine Lieblingsfunktionen: Offlinelektionen, Aussprachebewertung, Wortschatzwiederholung und "
            "Familienfreigabe für bis zu sechs Konten."
        ),
    ),
    "japanese": (
        "ja",
        "毎日の学習記録がここで途切れてしまいます。それでも解約しますか",
        "これまでに積み重ねてきた十二日間の連続記録と、保存した単語帳、オフラインで使えるレッスンは、解約すると次回の更新日以降にご利用いただけなくなります。",
    ),
    "thai": (
        "th",
        "อยู่ต่ออีกนิด เพื่อรักษาสถิติการเรียนต่อเนื่องของคุณไว้",
        "คุณเรียนต่อเนื่องมาแล้วสิบสองวัน หากอยู่ต่อ พรุ่งนี้จะเป็นวันที่สิบสาม และบทเรียนแบบออฟไลน์จะยังอยู่กับคุณ",
    ),
    "arabic": (
        "ar-SA",
        "حافظ على سلسلة أيامك المتتالية",
        "لقد أكملت 12 يومًا مع Example Plus. ابقَ معنا، وغدًا سيكون اليوم الثالث عشر.",
    ),
    "hebrew": ("he", "לשמור על הרצף שלך", "השלמת 12 ימים ברצף עם Example Plus. הישארו, ומחר יהיה היום ה-13."),
    "hindi": ("hi", "अपनी लय बनाए रखें", "आप लगातार 12 दिन से सीख रहे हैं। रुकिए, कल तेरहवाँ दिन होगा।"),
    "emoji": (
        "en-US",
        "Your family 👨‍👩‍👧‍👦 loves this 🏳️‍🌈 plan 🇯🇵",
        "Five people 🧑🏽‍💻👩🏾‍🎨👨🏻‍🚒🧕🏼🧙🏿 learn with it. Keep it ❤️‍🔥",
    ),
    "wide": ("en-GB", "W" * 66, "W" * 144),
    "markup": ("en-CA", MARKUP[:66], MARKUP + " & </style></div> {{ 7 * 7 }}"),
}
"""Name → locale, header, body."""


def urn(kind: str, name: str) -> str:
    return f"{STACK}{TYPE}{kind}::{name}"


def resource(kind: str, name: str, outputs: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "urn": urn(kind, name),
        "custom": True,
        "type": f"{TYPE}{kind}",
        "inputs": outputs,
        "outputs": outputs,
        **changes,
    }


def image(name: str, path: Path, folder: Path, state: str = "APPROVED") -> dict[str, Any]:
    """An Image of a file that is there."""
    facts = png.inspect((folder / path).read_bytes(), path)
    content = {"sha256": facts.sha256}
    return resource(
        "Image",
        name,
        {
            **WHERE,
            "owner": urn("Image", name),
            "imageIdentifier": identity.derive("com.example.app", "production", urn("Image", name), content),
            "imageSize": "BULLET_POINT" if facts.width == 1024 else "FULL_SIZE",
            "imageState": state,
            "path": path.as_posix(),
            **vars(facts),
        },
    )


def message(  # noqa: PLR0917 - a table of samples reads best with few names
    name: str,
    header: Any,
    body: Any,
    pairs: Iterable[str] = (),
    state: str = "APPROVED",
    approved: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A Message; what is approved is itself, if it is, unless another is named."""
    said = {"header": header, "body": body, **more}
    identifier = identity.derive("com.example.app", "production", urn("Message", name), said)
    shown = (identifier if state == "APPROVED" else "") if approved is None else approved
    return resource(
        "Message",
        name,
        {
            **WHERE,
            **said,
            "owner": urn("Message", name),
            "messageIdentifier": identifier,
            "messageState": state,
            "approvedIdentifier": shown,
            "pairs": sorted(pairs),
            **{key: [] for key in ("superseded", "formerPairs", "foundIdentifiers", "retainedIdentifiers")},
            "supersededImages": {},
        },
    )


def default(pair: str, shown: str) -> dict[str, Any]:
    product, locale = pair.split("/")
    name = f"{product.rpartition('.')[2]}-{locale}"
    return resource(
        "DefaultMessage",
        name,
        {
            **WHERE,
            "owner": urn("DefaultMessage", name),
            "productId": product,
            "locale": locale,
            "messageIdentifier": shown,
            "configuredIdentifier": shown,
        },
    )


def uses(image: Mapping[str, Any], alt: str, **more: str) -> dict[str, Any]:
    """An image's place in a message."""
    return {"imageIdentifier": image["outputs"]["imageIdentifier"], "altText": alt, **more}


def identifier(resource: Mapping[str, Any]) -> str:
    found: str = resource["outputs"]["messageIdentifier"]
    return found


def state(*resources: Mapping[str, Any]) -> str:
    """What `pulumi stack export` prints."""
    return json.dumps({"version": 3, "deployment": {"resources": resources}}, ensure_ascii=False)


def plan(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> str:
    """
    What `pulumi preview --json --show-sames` prints.

    A message of the same name with another identifier is replaced; what `check` does not answer is no input.
    """
    olds, news = ({each["urn"]: each for each in resources} for resources in (before, after))
    return json.dumps({"steps": [_step(urn, olds.get(urn), news.get(urn)) for urn in {**olds, **news}]})


def _step(urn: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, Any]:
    step: dict[str, Any] = {"op": "create", "urn": urn}
    if old:
        step |= {"op": "delete", "oldState": old}
    if new:
        step["newState"] = {"type": new["type"], "inputs": {k: v for k, v in new["inputs"].items() if k not in OUTPUTS}}
    if old and new:
        keys = ("messageIdentifier", "imageIdentifier") if "DefaultMessage" not in urn else ()
        is_same = all(old["inputs"].get(key) == new["inputs"].get(key) for key in keys)
        step["op"] = "update" if is_same else "replace"
    return step


@cache
def drawing(width: int, height: int) -> bytes:
    """A PNG with something to see in it, up to its edges."""
    picture = Image.new("RGB", (width, height), "#1d3557")
    draw = ImageDraw.Draw(picture)
    for step in range(0, width, width // 12):
        draw.line((step, 0, width - step, height), fill="#f1c453", width=max(8, width // 160))
    draw.rectangle((0, 0, width - 1, height - 1), outline="#e63946", width=width // 64)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def pictures(folder: Path) -> None:
    """The files that the samples use."""
    for name, size in {"tall": (3840, 2160), "flat": (3840, 160), "icon": (1024, 1024)}.items():
        (folder / f"{name}.png").write_bytes(drawing(*size))


def hard_to_draw(folder: Path) -> list[dict[str, Any]]:
    """Every text of `TEXTS`, and a message with all that a message can have."""
    pictures(folder)
    tall, flat, icon = (image(name, Path(f"{name}.png"), folder) for name in ("tall", "flat", "icon"))
    found = [tall, flat, icon]
    for name, (locale, header, body) in TEXTS.items():
        pairs = [f"com.example.{product}/{locale}" for product in ("monthly", "yearly")]
        made = message(name, header, body, pairs, image=uses(flat, "Lines that cross"))
        found += [made, *(default(pair, identifier(made)) for pair in pairs)]
    points = ("W" * 66, "Short", TEXTS["german"][1], "Four", "Five")
    family = "com.example.family/ar-SA"
    full = message(
        "everything",
        "What you would miss, in five points and one large picture, today",
        TEXTS["german"][2],
        [family],
        image=uses(tall, "Lines that cross"),
        headerPosition="ABOVE_IMAGE",
        bulletPoints=[uses(icon, "A cross", text=text) for text in points],
    )
    return [*found, full, default(family, identifier(full))]


def edited(folder: Path) -> tuple[str, str]:
    """A stack before and after edits, of which one is reviewed, one waits, one is rejected, and one is new."""
    pictures(folder)
    flat, tall = (image(name, Path(f"{name}.png"), folder) for name in ("flat", "tall"))
    pairs = {
        name: f"com.example.monthly/{locale}"
        for name, locale in (("waits", "en-US"), ("rejected", "de-DE"), ("approved", "fr-FR"))
    }
    olds = {
        name: message(
            name,
            "Keep your streak",
            "You are 12 days in. Stay, and tomorrow is day 13.",
            [pair],
            image=uses(flat, "Lines"),
        )
        for name, pair in pairs.items()
    }
    states = {"waits": "PENDING", "rejected": "REJECTED", "approved": "APPROVED"}
    news = {
        name: message(
            name,
            "Keep your long streak",
            "You are 12 days in. Tomorrow is day 13.",
            [pair],
            states[name],
            identifier(olds[name]),
            image=uses(tall, "Lines that cross"),
            headerPosition="ABOVE_IMAGE",
        )
        for name, pair in pairs.items()
    }
    defaults = [default(pair, identifier(olds[name])) for name, pair in pairs.items()]
    first = message("first", "Wait", "There is more to learn.", ["com.example.yearly/en-US"], "PENDING")
    answer = message("for-a-server", "A better price", "Half a year for the price of three months.")
    after = [flat, tall, *news.values(), *defaults, first, default("com.example.yearly/en-US", ""), answer]
    return state(flat, *olds.values(), *defaults), state(*after)
