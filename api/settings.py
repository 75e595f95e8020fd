"""Settings of the API; every one is an environment variable ``CHUANGDAI_…``."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ApiSettings(BaseSettings):
    """Where data lies and how the API protects itself.

    ``encryption_key`` and ``service_token`` are made at first start and kept in the
    data directory unless given. ``rate_limit`` counts per client address. With
    ``geocoder`` and its key, streets and landmarks that no table knows are looked up
    online; without it nothing a person says leaves the machine.

    Answers and searches are worked on in ``work_threads`` threads (as many as there are
    cores); of short and of long texts ``work_waiting`` each may wait for one, and waiting and
    work together may take ``work_budget_s``: beyond, ``overloaded`` is answered.
    """

    model_config = SettingsConfigDict(env_prefix="CHUANGDAI_", extra="ignore")

    data_dir: Path = Path("data")
    database_url: str | None = None
    encryption_key: SecretStr | None = None
    service_token: SecretStr | None = None
    rate_limit: str = "60/minute"
    rate_limit_loopback: bool = False
    redis_url: str | None = None
    max_body_bytes: int = 12_000_000
    work_threads: int | None = Field(default=None, ge=1)
    work_waiting: int = Field(default=64, ge=1)
    # A bot in another process waits 30 s, of which a language model may take 12.
    work_budget_s: float = Field(default=10, gt=0, le=15)
    load_sample_branches: bool = True
    branch_stale_days: int = 180
    geocoder: Literal["amap", "tianditu", "tencent"] | None = None
    geocoder_key: SecretStr | None = None
    geocoder_url: str | None = None
    log_level: str = "INFO"

    @property
    def url(self) -> str:
        """Address of the database: as given, else SQLite in the data directory."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'chuangdai.db'}"
