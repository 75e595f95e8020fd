"""Settings of the bot and its pages; every one is an environment variable."""

import re
from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge.regions.coordinates import Crs


class BotSettings(BaseSettings):
    """Channels (``CHUANGDAI_BOT_…``). Telegram runs when it has a token.

    ``api_url`` is where the API listens when it runs elsewhere; empty means in this
    process. ``telegram_api`` is the address of another Bot API server.
    """

    model_config = SettingsConfigDict(env_prefix="CHUANGDAI_BOT_", extra="ignore")

    api_url: str | None = None
    telegram_token: SecretStr | None = None
    telegram_api: str | None = None
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_url: str | None = None
    telegram_webhook_secret: SecretStr | None = None
    redis_url: str | None = None


class MapSettings(BaseSettings):
    """The page with the map; every setting is an environment variable ``CHUANGDAI_…``.

    Without ``tiles_url`` (a template with ``{z}``, ``{x}`` and ``{y}``) the map shows the
    shipped backdrop and asks nobody. ``tiles_crs`` is the system that the tiles are drawn in.
    ``public_url`` is where people reach the pages; with https, Telegram opens the map inside,
    cookies are sent by https only and browsers are told to stay with https. ``frame_ancestors``
    (origins, separated by spaces) may show chat and map in a frame: Telegram in a browser does
    so, its apps and the web-views of mini-programs need no leave. Staff pages are never framed.
    """

    model_config = SettingsConfigDict(env_prefix="CHUANGDAI_", extra="ignore")

    tiles_url: str | None = None
    tiles_crs: Crs = Crs.WGS84
    tiles_attribution: str = ""
    public_url: str | None = None
    frame_ancestors: str = "https://web.telegram.org"

    @property
    def is_https(self) -> bool:
        """Whether people reach the pages by https."""
        return (self.public_url or "").startswith("https://")

    @property
    def tile_sources(self) -> tuple[str, ...]:
        """The origin that tiles come from elsewhere, with ``*`` for a subdomain left open."""
        address = urlsplit(self.tiles_url or "")
        if not address.netloc:
            return ()
        host = re.sub(r"[^.]*\{s\}[^.]*", "*", address.netloc)
        return (f"{address.scheme}://{host}",)

    @property
    def mini_app_url(self) -> str | None:
        """Where Telegram opens the map; it takes https only."""
        if self.public_url is None or not self.is_https:
            return None
        return f"{self.public_url.rstrip('/')}/map?tg=1"
