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

OK = "250 OK"


def free_port() -> int:
    """Return a port nobody listens at."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Relay:
    """Accepts mail and notes it, or answers what a test lets it answer.

    `at_rcpt` and `at_dot` are asked how often each was reached; the second one after the mail is
    accepted and before the answer goes out, which is where a sender can know the least.
    """

    def __init__(self) -> None:
        self.accepted: list[tuple[str, EmailMessage]] = []
        self.at_mail = OK
        self.at_rcpt: Callable[[int], str] = lambda _n: OK
        self.at_dot: Callable[[int, Any], str] = lambda _n, _server: OK
        self.asked = 0
        self.port = free_port()
        self._lock = threading.Lock()
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> Relay:
        self._server.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.stop(no_assert=True)

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's name)
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        envelope.mail_from = address
        return self.at_mail

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        self.asked += 1
        answer = self.at_rcpt(self.asked)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, server: Any, _session: Any, envelope: Any
    ) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        with self._lock:
            for to in envelope.rcpt_tos:
                self.accepted.append((to, message))
        return self.at_dot(len(self.accepted), server)

    def ids(self) -> Counter[str]:
        """Return how often each Message-ID was accepted: the log of this server."""
        return Counter(str(message["Message-ID"]) for _to, message in self.accepted)
