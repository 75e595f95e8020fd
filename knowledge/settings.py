"""Settings of the knowledge package."""

from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class KnowledgeSettings(BaseSettings):
    """Where the index lies. A Chroma server is used when its host is given.

    ``policies_dir`` holds an office's own policies beside those that ship: documents in
    ``documents/<adcode>/<id>.md``, figures in ``parameters/<province>.yaml``.

    ``embedding_model`` is the folder of a sentence-transformers model to take instead of the
    bundled one, ``reranker`` that of a cross-encoder which puts the first hits into order.

    Without ``vectors`` rules and lexical search answer alone, with less memory.
    """

    model_config = SettingsConfigDict(env_prefix="CHUANGDAI_", extra="ignore")

    data_dir: Path = Path("data")
    chroma_host: str | None = None
    chroma_port: int = 8001
    policies_dir: Path | None = None
    vectors: bool = True
    embedding_model: Path | None = None
    reranker: Path | None = None


class LlmSettings(BaseSettings):
    """A language model that may reword answers and read again; off without ``base_url``.

    ``rewrites``: it puts answers into plainer words. ``reads``: it reads messages again whose
    reading is unsure.
    ``base_url`` is that of any OpenAI-compatible API, with its ``/v1``. ``extra_body`` goes
    with each request, for what only that server knows. After ``max_failures`` in a row the
    model is left alone for ``pause_s``; more than ``max_running`` answers at a time are
    given as they are.
    """

    model_config = SettingsConfigDict(env_prefix="CHUANGDAI_LLM_", extra="ignore")

    base_url: str | None = None
    model: str = ""
    rewrites: bool = True
    reads: bool = False
    api_key: SecretStr | None = None
    # A bot in another process waits 30 s for an answer.
    timeout_s: float = Field(default=12, gt=0, le=25)
    max_running: int = Field(default=4, ge=1)
    max_failures: int = Field(default=5, ge=1)
    pause_s: float = Field(default=60, gt=0)
    extra_body: dict[str, Any] = Field(default_factory=dict)
