"""Logging as JSON lines: the one place that sets it up.

Our own loggers speak at the level of the settings. Those of libraries speak from warnings on,
whatever the level: at INFO and DEBUG they tell addresses with their queries, ids of sessions and
bodies of requests. How many lines a minute is bounded by :mod:`.log_floods`. Every line goes
through :mod:`.redaction`, errors without their values.
"""

import logging
import sys
import threading
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from knowledge.kit.log_floods import FloodFilter
from knowledge.kit.redaction import OURS, failure_of, first_line, is_ours, kind_of, redact

log = logging.getLogger(__name__)


def set_up_logging(level: str) -> None:
    """Send all logging of this process to standard error, one JSON object a line."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            _harmless,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        # The message is put together in _harmless, where its values can be looked at.
        use_get_message=False,
        pass_foreign_args=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(_is_ours_or_warns)
    handler.addFilter(FloodFilter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for room in OURS:
        logging.getLogger(room).setLevel(level.upper())
    # What logging itself does when a line cannot be written is print the values of that line.
    logging.raiseExceptions = False
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def _is_ours_or_warns(record: logging.LogRecord) -> bool:
    # A library may have set the level of its logger by itself.
    return record.levelno >= logging.WARNING or is_ours(record.name)


def _harmless(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    record: logging.LogRecord = event["_record"]
    message = _message(record.msg, event.pop("positional_args", ()))
    if not is_ours(record.name):
        message = first_line(message)
    event["event"] = redact(message)
    event.pop("stack_info", None)
    exception = event.pop("exc_info", None)
    if isinstance(exception, tuple) and exception[1] is not None:
        event["error"] = failure_of(exception[1])
    return event


def _message(template: object, values: Any) -> str:
    """A message put together; of errors in it only the kind."""
    if isinstance(template, BaseException):
        return kind_of(template)
    if not values:
        return str(template)
    if isinstance(values, Mapping):
        told: Any = {name: _told(value) for name, value in values.items()}
    else:
        told = tuple(_told(value) for value in values)
    try:
        return f"{str(template) % told}"
    except (TypeError, ValueError, KeyError):
        return str(template)


def _told(value: object) -> object:
    return kind_of(value) if isinstance(value, BaseException) else value


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: Any, *, place: str = "process"
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("%s ended by an error", place, exc_info=(kind, error, trace))


def _log_uncaught_in_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        _log_uncaught(ended.exc_type, ended.exc_value, ended.exc_traceback, place="thread")
