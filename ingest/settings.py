"""Settings of the ingest package."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class IngestSettings(BaseSettings):
    """Limits that keep one file from holding up the others.

    ``ingest_region`` is the adcode given to documents that name no place themselves.
    A worker that reports nothing for ``ingest_silence_s`` seconds is given up; each page
    of a scan that was read counts as a report. ``ingest_max_s`` is for one file in all,
    ``ingest_max_memory_mb`` the address space of the process that reads it (a page read by
    character recognition takes up to 1600; systems other than Linux may not heed it).

    Of a document at most so many paragraphs (rows of tables are paragraphs too) and clauses,
    of so many characters each and in all; a table is one paragraph in this respect.
    """

    model_config = SettingsConfigDict(env_prefix="CHUANGDAI_", extra="ignore")

    data_dir: Path = Path("data")
    ingest_region: str | None = Field(default=None, pattern=r"^\d{6}$")
    ingest_max_file_mb: int = Field(default=200, gt=0)
    ingest_max_unpacked_mb: int = Field(default=300, gt=0)
    ingest_max_scanned_pages: int = Field(default=500, ge=0)
    ingest_ocr_dpi: int = Field(default=200, ge=72, le=400)
    ingest_silence_s: float = Field(default=180, gt=0)
    ingest_max_s: float = Field(default=3600, gt=0)
    ingest_max_memory_mb: int = Field(default=3000, ge=300)
    ingest_max_paragraphs: int = Field(default=50_000, gt=0)
    ingest_max_paragraph_characters: int = Field(default=100_000, gt=0)
    ingest_max_characters: int = Field(default=1_000_000, gt=0)
    ingest_max_clauses: int = Field(default=3000, gt=0)
