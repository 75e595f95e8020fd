"""Logging as JSON lines, personal data masked whatever a message says."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from knowledge.kit.privacy import mask_personal_data

_NOISY = (
    "httpx",
    "httpcore",
    "httpx2",
    "httpcore2",
    "openai",
    "langchain_openai",
    "chromadb",
    "aiogram.event",
    "alembic",
)


def set_up_logging(level: str) -> None:
    """Send all logging of this process to standard error, one JSON object a line."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _mask,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # These speak of every request, with addresses that may carry ids, or its content.
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _mask(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = mask_personal_data(value)
    return event
