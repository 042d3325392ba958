"""Names of resources and variables: the same account gets the same ones, and none is taken twice."""

import keyword
import re

RESERVED = {*keyword.kwlist, *keyword.softkwlist, "config", "pulumi", "retention"}


def pair_name(pair: str, bundle_id: str) -> str:
    """`monthly-en-US` of `com.example.app.monthly/en-US`, for com.example.app."""
    return pair.removeprefix(f"{bundle_id}.").replace("/", "-")


def upload_name(kind: str, identifier: str) -> str:
    """`image-6f9619ff-64ff`: where an identifier was made by chance its beginning tells it apart, else its end."""
    return f"{kind}-{identifier[:8]}-{identifier[-4:]}"


class Names:
    """Names that are taken once each: a resource's among those of its type, a variable's among all."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, str]] = {("", each) for each in RESERVED}

    def resource(self, type_: str, wanted: str) -> str:
        """The name, or the name with the lowest number that nothing of the type has."""
        return self._free(type_, wanted, "-")

    def variable(self, type_: str, name: str) -> str:
        """A variable for a resource, in ASCII."""
        plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
        wanted = plain if re.match(r"[a-z]", plain) else f"{type_.lower()}_{plain}".rstrip("_")
        return self._free("", wanted, "_")

    def _free(self, among: str, wanted: str, between: str) -> str:
        count, name = 1, wanted
        while (among, name) in self._taken:
            count += 1
            name = f"{wanted}{between}{count}"
        self._taken.add((among, name))
        return name
