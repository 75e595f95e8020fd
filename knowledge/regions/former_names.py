"""Names that divisions no longer have but people go on using; see ``renew_names``."""

import csv
from collections.abc import Iterator
from importlib.resources import files

from knowledge.regions.divisions import divisions


def former_names() -> Iterator[tuple[str, str]]:
    """Full names of before with the code of what they are today; one may lead to several."""
    yield from divisions().former_names
    text = files("knowledge.regions").joinpath("former_names.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        yield row["name"], row["now"]
