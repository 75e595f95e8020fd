"""Settings of the bot; every one is an environment variable ``CHUANGDAI_BOT_…``."""

from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class BotSettings(BaseSettings):
    """Channels. Telegram runs when it has a token.

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
