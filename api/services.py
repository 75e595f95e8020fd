"""The parts that the routes of an application are served by, each found by its type."""

from typing import TypeVar, cast

from fastapi import FastAPI
from starlette.requests import HTTPConnection

Part = TypeVar("Part")


class Services:
    """One part of each kind, made at the start of an application."""

    def __init__(self, *parts: object) -> None:
        self._parts = {type(part): part for part in parts}

    def add(self, *parts: object) -> None:
        """What other rooms bring."""
        self._parts |= {type(part): part for part in parts}

    def get(self, kind: type[Part]) -> Part:
        """The part of a kind.

        Raises:
            LookupError: the application was made without one.
        """
        if kind not in self._parts:
            raise LookupError(f"no {kind.__name__} was made")
        return cast(Part, self._parts[kind])


def part_of(asked: FastAPI | HTTPConnection, kind: type[Part]) -> Part:
    """The part of a kind of an application, or of the one that a request came to."""
    return services_of(asked.app if isinstance(asked, HTTPConnection) else asked).get(kind)


def services_of(app: FastAPI) -> Services:
    """All parts of an application."""
    services: Services = app.state.services
    return services
