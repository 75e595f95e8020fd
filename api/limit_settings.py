"""How much one caller, and all together, may ask of this installation."""

import ipaddress
from dataclasses import dataclass
from typing import Annotated

from limits import parse
from pydantic import BeforeValidator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MINUTE, HOUR, DAY = 60, 3600, 86_400
UNITS = {1: "second", MINUTE: "minute", HOUR: "hour", DAY: "day"}


@dataclass(frozen=True, slots=True)
class Rate:
    """``amount`` at once, and as many again over each ``seconds``, evenly spread."""

    amount: int
    seconds: int

    @property
    def step_s(self) -> float:
        """Seconds that one of them takes up."""
        return self.seconds / self.amount

    def __str__(self) -> str:
        return f"{self.amount}/{UNITS.get(self.seconds, f'{self.seconds}second')}"


def read_rate(value: object) -> object:
    """A rate as settings write it: ``60/minute``, ``10/day``, ``5/15minute``.

    Raises:
        ValueError: it is written otherwise.
    """
    if not isinstance(value, str):
        return value
    item = parse(value)
    return Rate(item.amount, item.get_expiry())


def read_networks(value: object) -> object:
    """Addresses and networks with commas between them.

    Raises:
        ValueError: one of them is neither.
    """
    if not isinstance(value, str):
        return value
    parts = filter(None, (part.strip() for part in value.split(",")))
    return tuple(str(ipaddress.ip_network(part, strict=False)) for part in parts)


RateSetting = Annotated[Rate, NoDecode, BeforeValidator(read_rate)]
Networks = Annotated[tuple[str, ...], NoDecode, BeforeValidator(read_networks)]


class LimitSettings(BaseSettings):
    """Figures of all limits; each is an environment variable ``CHUANGDAI_…``.

    Requests, socket messages and connections are counted by each process for itself, what
    is opened, handed in or guessed by all together in the database. ``trusted_proxies``
    are those whose X-Forwarded-For is believed. Loopback is not counted by address unless
    ``rate_limit_loopback`` says so. ``half_sent_s`` is how long a request may stay half
    sent; within half of that a body brings ``least_bytes_per_s`` on average, or it ends.
    """

    model_config = SettingsConfigDict(env_prefix="CHUANGDAI_", extra="ignore")

    trusted_proxies: Networks = ()
    rate_limit: RateSetting = Rate(60, MINUTE)
    rate_limit_loopback: bool = False
    # A message of a conversation becomes up to twelve requests on behalf of who sent it,
    # two of them to read and to keep what was said before.
    rate_limit_on_behalf: RateSetting = Rate(720, MINUTE)
    # A page sends one message for each key pressed, and one every four seconds when idle.
    rate_limit_sockets: RateSetting = Rate(1200, MINUTE)
    connections_per_caller: int = 200
    connections_in_all: int = 800
    half_sent_s: float = 18.0
    least_bytes_per_s: int = 1000
    max_head_bytes: int = 65_536
    max_body_bytes: int = 12_000_000
    max_socket_message_bytes: int = 1_000_000

    receipt_tries: RateSetting = Rate(10, DAY)
    guesses_per_caller: RateSetting = Rate(20, HOUR)
    guesses_in_all: RateSetting = Rate(500, HOUR)
    drafts_per_caller: RateSetting = Rate(50, DAY)
    drafts_in_all: RateSetting = Rate(20_000, DAY)
    conversations_per_caller: RateSetting = Rate(120, HOUR)
    conversations_in_all: RateSetting = Rate(50_000, DAY)
    upload_bytes_per_caller: RateSetting = Rate(200_000_000, DAY)
    max_attachment_bytes: int = 8_000_000
    attachments_per_application: int = 20
    attachment_bytes_per_application: int = 60_000_000
    attachment_bytes_in_all: int = 10_000_000_000
