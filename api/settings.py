"""Settings of the API; every one is an environment variable ``CHUANGDAI_…``."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from api.limit_settings import LimitSettings
from ingest.settings import IngestSettings
from knowledge.settings import KnowledgeSettings, LlmSettings


class ApiSettings(LimitSettings):
    """Where data lies and how the API protects itself.

    The installation key is ``encryption_key``, else what ``encryption_key_file`` holds, else
    a systemd credential; without any of them it is made at first start and kept in the data
    directory, as ``service_token`` is. With ``geocoder`` and its key, streets and landmarks
    that no table knows are looked up online; without it nothing a person says leaves the
    machine. A session of staff ends after ``staff_session_hours``, or unused after
    ``staff_idle_minutes``.

    Answers and searches are worked on in ``work_threads`` threads (as many as there are
    cores); of short and of long texts ``work_waiting`` each may wait for one, and waiting and
    work together may take ``work_budget_s``: beyond, ``overloaded`` is answered.
    """

    # A setting passed on without a value (as compose files do) is one that was not given.
    model_config = SettingsConfigDict(
        env_prefix="CHUANGDAI_", extra="ignore", env_ignore_empty=True
    )

    data_dir: Path = Path("data")
    database_url: str | None = None
    encryption_key: SecretStr | None = None
    encryption_key_file: Path | None = None
    service_token: SecretStr | None = None
    work_threads: int | None = Field(default=None, ge=1)
    work_waiting: int = Field(default=64, ge=1)
    # A bot in another process waits 30 s, of which a language model may take 12.
    work_budget_s: float = Field(default=10, gt=0, le=15)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Settings of the API and of all that it answers from and reads in."""

    api: ApiSettings
    knowledge: KnowledgeSettings
    ingest: IngestSettings
    llm: LlmSettings = field(default_factory=LlmSettings)

    @classmethod
    def read(cls, data_dir: Path | None = None) -> Self:
        """As the environment says, everything kept below one data directory where one is given."""
        given = {"data_dir": data_dir} if data_dir else {}
        return cls(
            api=ApiSettings.model_validate(given),
            knowledge=KnowledgeSettings.model_validate(given),
            ingest=IngestSettings.model_validate(given),
        )
