"""The way from what is known of an account to the files of a program that has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from retention_messaging_cli.adopt import folder
from retention_messaging_cli.adopt.adopted import Adopted, Known, Target
from retention_messaging_cli.adopt.configured import adopt_defaults, adopt_url
from retention_messaging_cli.adopt.content import is_told, secret_keys
from retention_messaging_cli.adopt.holders import Holders
from retention_messaging_cli.adopt.images import adopt_images, pictures_in
from retention_messaging_cli.adopt.inventory import Inventory
from retention_messaging_cli.adopt.messages import adopt_messages
from retention_messaging_cli.adopt.program import program
from retention_messaging_cli.adopt.told import Told


@dataclass(frozen=True)
class Adoption:
    """
    What is adopted.

    resources: in the order of the program; files: path → text, or the file to copy; notes: lines on what is left out
    """

    resources: tuple[Adopted, ...]
    files: Mapping[str, str | Path]
    notes: tuple[str, ...]

    @property
    def secrets(self) -> list[str]:
        """The keys of the config that the program asks for its secrets."""
        return [key for each in self.resources for key in secret_keys(each.keywords)]

    @property
    def untold(self) -> list[Adopted]:
        """Those in which something has to be filled in."""
        return [each for each in self.resources if not is_told(each.keywords)]


def adopt(inventory: Inventory, told: Told, target: Target, pictures: Path, config: Mapping[str, str]) -> Adoption:
    """
    Decide what a stack is to have.

    pictures: the folder in which the paths of a state's images lie; config: key → value, of the stack
    """
    known = Known(inventory, told, target)
    files = pictures_in(pictures, known)
    images = {each.id: each for each in adopt_images(known, files)}
    holders = Holders(inventory, told)
    messages = {each.id: each for each in adopt_messages(known, holders, images)}
    resources = (
        *images.values(),
        *messages.values(),
        *adopt_defaults(known, holders, messages),
        *adopt_url(known),
    )
    return Adoption(
        resources,
        {
            folder.PROJECT: folder.project_file(target.project, inventory.location),
            folder.config_name(target.stack): folder.config_file(config),
            folder.REQUIREMENTS: folder.requirements(),
            folder.PROGRAM: program(inventory.location, resources),
            folder.IMPORT: folder.import_file(resources),
            **{images[each].outputs["path"]: file for each, file in files.items() if each in images},
        },
        (*told.notes, *missing(inventory, told, holders)),
    )


def missing(inventory: Inventory, told: Told, holders: Holders) -> list[str]:
    """A line for each resource that a state has, and Apple has no more."""
    gone = [
        *(each for identifier, each in told.images.items() if identifier not in inventory.images),
        *(each for identifier, each in told.messages.items() if identifier not in inventory.messages),
        *(each for pair, each in told.defaults.items() if pair not in holders.defaults),
        *([told.url] if told.url and inventory.url is None else []),
    ]
    return [f"{each.type} {each.name} was left out, because Apple has it no more" for each in gone]
