"""A real mail server for tests: it takes mail over TCP and notes what it accepted."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


def free_port() -> int:
    """Return a port nobody listens at."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Relay:
    """Accepts mail, or answers what it is told to answer."""

    def __init__(self) -> None:
        self.accepted: list[tuple[str, EmailMessage]] = []
        self.answer_rcpt = ""
        self.before_answer: Callable[[int], str] | None = None
        self._lock = threading.Lock()
        self.port = free_port()
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> Relay:
        self._server.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.stop(no_assert=True)

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any, address: str, _o: Any
    ) -> str:
        if self.answer_rcpt:
            return self.answer_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        with self._lock:
            for to in envelope.rcpt_tos:
                self.accepted.append((to, message))
        if self.before_answer is not None:
            return self.before_answer(len(self.accepted))
        return "250 OK"

    def ids(self) -> Counter[str]:
        """Return how often each Message-ID was accepted."""
        return Counter(str(message["Message-ID"]) for _to, message in self.accepted)
