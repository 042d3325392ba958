"""What a run may delete, and what of it at a time."""

from collections.abc import Collection, Sequence

from engine.model import Options
from engine.snapshot import Resource


def deletable(recorded: Sequence[Resource], left: Sequence[Resource], options: Options) -> list[Resource]:
    """Of what is left over: of a run for targets, they and what needs them; else all that nothing excluded needs."""
    if options.targets is not None:
        named = _with_dependents(recorded, options.targets)
        return [each for each in left if each.urn in named]
    kept = _with_needs(recorded, options.excludes)
    return [each for each in left if each.urn not in kept]


def antichains(doomed: list[Resource]) -> list[list[Resource]]:
    """Those that need nothing of the rest, then those that need only them, and so on."""
    chains: list[list[Resource]] = []
    while doomed:
        chains.append([])
        before: set[str] = set()
        for each in doomed:
            chains[-1] += [each] if before.isdisjoint(each.needs()) else []
            before.add(each.urn)
        doomed = [each for each in doomed if each not in chains[-1]]
    return chains


def _with_dependents(recorded: Sequence[Resource], urns: Collection[str]) -> set[str]:
    found = set(urns)
    for each in recorded:
        found |= set() if found.isdisjoint(each.needs()) else {each.urn}
    return found


def _with_needs(recorded: Sequence[Resource], urns: Collection[str]) -> set[str]:
    found = set(urns)
    for each in reversed(recorded):
        found |= set(each.needs()) if each.urn in found else set()
    return found
