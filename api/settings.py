"""Settings of the API; every one is an environment variable ``CHUANGDAI_…``."""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from api.limits.settings import LimitSettings


class ApiSettings(LimitSettings):
    """Where data lies and how the API protects itself.

    ``encryption_key`` and ``service_token`` are made at first start and kept in the
    data directory unless given. With ``geocoder`` and its key, streets and landmarks that
    no table knows are looked up online; without it nothing a person says leaves the machine.
    """

    model_config = SettingsConfigDict(env_prefix="CHUANGDAI_", extra="ignore")

    data_dir: Path = Path("data")
    database_url: str | None = None
    encryption_key: SecretStr | None = None
    service_token: SecretStr | None = None
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
