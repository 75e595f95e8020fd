"""Settings of the knowledge package."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class KnowledgeSettings(BaseSettings):
    """Where the index lies. A Chroma server is used when its host is given.

    ``policies_dir`` holds an office's own policies beside those that ship: documents in
    ``documents/<adcode>/<id>.md``, figures in ``parameters/<province>.yaml``.

    Without ``vectors`` rules and lexical search answer alone, with less memory.
    """

    model_config = SettingsConfigDict(env_prefix="CHUANGDAI_", extra="ignore")

    data_dir: Path = Path("data")
    chroma_host: str | None = None
    chroma_port: int = 8001
    policies_dir: Path | None = None
    vectors: bool = True
