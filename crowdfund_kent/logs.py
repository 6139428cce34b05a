"""Logs: one JSON line each on stderr, with the request's id, and nothing personal.

A traceback keeps files and lines, never the values of variables: they are names, addresses, tokens. What an error's
words may hold all the same (a mail server's answer, a row that PostgreSQL shows) is taken out of every line.
"""

import logging
import re
import sys
from typing import Any, Final

import structlog
from structlog.typing import EventDict, WrappedLogger

from crowdfund_kent.security import SECRET_PATH

_ADDRESS: Final = re.compile(r"[^\s<>\"'(),;:=\[\]{}]+@[^\s<>\"'(),;:=\[\]{}]+")
_SECRET_PARAMETER: Final = re.compile(r"([?&](?:page|next|to|person)=)[^&\s\"']+")
# PostgreSQL shows the values of the row that broke a rule
_ROW: Final = re.compile(r"(DETAIL|CONTEXT|Failing row)\b.*")


def without_secrets(text: str) -> str:
    """`text` without e-mail addresses, without the secret part of private addresses, without values of rows."""
    text = _SECRET_PARAMETER.sub(r"\1…", SECRET_PATH.sub(r"\1…", text))
    return _ADDRESS.sub("…@…", _ROW.sub(r"\1 …", text))


def _clean(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: without_secrets(value) if isinstance(value, str) else value for name, value in event.items()}


_SHARED: Final[list[Any]] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,  # plain: the default would print every variable
    _clean,
]
_OUT: Final = structlog.processors.JSONRenderer(ensure_ascii=False, default=repr)


class _OnStderr(logging.Handler):
    """What libraries log by the standard module, in the same form."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        event: EventDict = {"event": record.getMessage(), "logger": record.name, "exc_info": record.exc_info}
        for step in _SHARED:
            event = step(None, record.levelname.lower(), event)
        line = str(_OUT(None, "", event))
        sys.stderr.write(line + "\n")


def _writer(*_names: Any) -> structlog.WriteLogger:
    return structlog.WriteLogger(sys.stderr)


def set_up() -> None:
    """For the site and the worker, once a process; again changes nothing."""
    structlog.configure(processors=[*_SHARED, _OUT], logger_factory=_writer, cache_logger_on_first_use=False)
    root = logging.getLogger()
    if not any(isinstance(one, _OnStderr) for one in root.handlers):
        root.addHandler(_OnStderr(logging.WARNING))
