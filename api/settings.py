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
    online; without it nothing a person says leaves the machine. A session of staff
    ends after ``staff_session_hours``, or unused after ``staff_idle_minutes``.
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
    load_sample_branches: bool = True
    branch_stale_days: int = 180
    staff_session_hours: float = Field(default=10, gt=0, le=24)
    staff_idle_minutes: float = Field(default=30, gt=0, le=24 * 60)
    geocoder: Literal["amap", "tianditu", "tencent"] | None = None
    geocoder_key: SecretStr | None = None
    geocoder_url: str | None = None
    log_level: str = "INFO"

    @property
    def url(self) -> str:
        """Address of the database: as given, else SQLite in the data directory."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'chuangdai.db'}"
