"""The products and locales that a user asks about: no endpoint of Apple's lists defaults."""

from collections.abc import Callable, Collection
from typing import Any

import click

from retention_messaging_cli.options import pair_options


def asked_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --product and --locale, as the parameters `products` and `locales`: tuples of texts."""
    return pair_options(
        "Ask about this product, too, in every --locale, or every locale of the state.",
        "Ask about this locale, too, of every --product, or every product of the state.",
    )(command)


def asked_pairs(products: Collection[str], locales: Collection[str], known: Collection[str]) -> frozenset[str]:
    """
    Every product in every locale, as `product/locale`.

    Where only one of the two is given, the other is whatever the known pairs have; UsageError where they have none.
    """
    parts = [pair.rsplit("/", 1) for pair in known] if products or locales else []
    of_products, of_locales = products or {each[0] for each in parts}, locales or {each[1] for each in parts}
    if bool(of_products) != bool(of_locales):
        given, missing = ("--product", "--locale") if products else ("--locale", "--product")
        raise click.UsageError(f"{given} needs {missing} beside it, for no state given has a default")
    return frozenset(f"{product}/{locale}" for product in of_products for locale in of_locales)
