"""The log of the operators: one line for each event, with its ids and nobody's words (A34).

What is logged here is English and carries ids. Whatever else comes in by a message or an
exception (a name, a title, an identity number, a line of its own) is masked on the way out.
"""

from __future__ import annotations

import json
import logging
import re
import uuid
from contextvars import ContextVar
from typing import Any

from celery import current_task

request_id: ContextVar[str] = ContextVar("office_request_id", default="")

GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")  # what a proxy or a caller may name a request
# Anything but plain Latin signs, its percent form, and figures long enough for a person's.
MASKED = re.compile(r"(?:[^\x20-\x7e]|%[0-9A-Fa-f]{2}|\\u[0-9a-fA-F]{4})+|\d{11,17}[\dXx]?")
FACT = re.compile(r" (\w+)=(\S*)")
OURS = ("office", "documents", "finance", "meetings", "logistics", "oversight")
TOLD_BY_POSTGRESQL = ("DETAIL:", "CONTEXT:", "LINE ", "HINT:")  # they repeat the values of a row


def named(given: str) -> str:
    """Return the id of a request: the one it came with when that is well-formed, or a new one."""
    return given if GIVEN.fullmatch(given) else uuid.uuid4().hex


def mask(text: str) -> str:
    """Return what may be logged of a text; one line, whatever it was."""
    return MASKED.sub("~", text)


def task_id() -> str:
    """Return the id of the task that is being done here, if any."""
    return str(current_task.request.id or "") if current_task else ""


class Lines(logging.Formatter):
    """For people: a line, and what belongs to it set in."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of one event."""
        ids = "".join(f" {name}={value}" for name, value in _ids().items())
        words = mask(record.getMessage())
        line = f"{self.formatTime(record)} {record.levelname} {record.name}{ids} {words}"
        return "\n  | ".join([line, *_trace(self, record)])


class JsonLines(logging.Formatter):
    """For machines: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object of one event."""
        words = mask(record.getMessage())
        told: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            **_ids(),
            "event": words,
        }
        if record.name.partition(".")[0] in OURS:
            told["event"] = FACT.sub("", words)
            told |= {name: value for name, value in FACT.findall(words) if name not in told}
        if trace := _trace(self, record):
            told["trace"] = trace
        return json.dumps(told)


def _ids() -> dict[str, str]:
    ids = {"request": request_id.get(), "task": task_id()}
    return {name: value for name, value in ids.items() if value}


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> list[str]:
    if not record.exc_info:
        return []
    lines = formatter.formatException(record.exc_info).splitlines()
    return [mask(line) for line in lines if not line.strip().startswith(TOLD_BY_POSTGRESQL)]
