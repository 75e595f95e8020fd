"""How long personal data is kept; every setting is an environment variable."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class RetentionSettings(BaseSettings):
    """Days, counted from the last thing that happened (``CHUANGDAI_RETENTION_…``).

    Applications in hand and those that led to a loan are kept: an office ends them by its own
    rules. ``log`` is for the proofs of copies and erasures, which hold nothing personal.
    """

    model_config = SettingsConfigDict(env_prefix="CHUANGDAI_RETENTION_", extra="ignore")

    draft_days: int = Field(default=90, ge=1)
    withdrawn_days: int = Field(default=30, ge=1)
    rejected_days: int = Field(default=365, ge=1)
    submission_copy_days: int = Field(default=30, ge=1)
    conversation_days: int = Field(default=180, ge=1)
    question_days: int = Field(default=180, ge=1)
    log_days: int = Field(default=1095, ge=1)

    def life(self, kind: str) -> timedelta:
        """How long a kind of record is kept."""
        return timedelta(days=getattr(self, f"{kind}_days"))
