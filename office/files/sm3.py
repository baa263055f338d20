"""SM3 (GB/T 32905-2016): OpenSSL's when it has it, else this slow but equal one."""

import hashlib
from typing import Protocol

WORD = 0xFFFFFFFF
START = (
    0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
)  # fmt: skip


class Digest(Protocol):
    """What hashlib's objects and ours have in common."""

    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


def new() -> Digest:
    """Return a fresh SM3 digest."""
    try:
        return hashlib.new("sm3")
    except ValueError:
        return PlainSM3()


def _turn(x: int, n: int) -> int:
    n %= 32
    return ((x << n) | (x >> (32 - n))) & WORD


def _p0(x: int) -> int:
    return x ^ _turn(x, 9) ^ _turn(x, 17)


def _p1(x: int) -> int:
    return x ^ _turn(x, 15) ^ _turn(x, 23)


class PlainSM3:
    """SM3 in plain Python, some hundred kilobytes a second."""

    def __init__(self) -> None:
        self._state: tuple[int, ...] = START
        self._rest = b""
        self._length = 0

    def update(self, data: bytes, /) -> None:
        """Take more bytes."""
        self._length += len(data)
        data = self._rest + bytes(data)
        whole = len(data) - len(data) % 64
        for start in range(0, whole, 64):
            self._state = _compress(self._state, data[start : start + 64])
        self._rest = data[whole:]

    def hexdigest(self) -> str:
        """Return the digest of what was taken so far, as 64 hexadecimal digits."""
        pad = b"\x80" + bytes((55 - self._length) % 64) + (self._length * 8).to_bytes(8, "big")
        state, data = self._state, self._rest + pad
        for start in range(0, len(data), 64):
            state = _compress(state, data[start : start + 64])
        return "".join(f"{word:08x}" for word in state)


def _compress(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    w = [int.from_bytes(block[n : n + 4], "big") for n in range(0, 64, 4)]
    for j in range(16, 68):
        mixed = _p1(w[j - 16] ^ w[j - 9] ^ _turn(w[j - 3], 15))
        w.append(mixed ^ _turn(w[j - 13], 7) ^ w[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        constant = _turn(0x79CC4519 if j < 16 else 0x7A879D8A, j)
        ss1 = _turn((_turn(a, 12) + e + constant) & WORD, 7)
        ss2 = ss1 ^ _turn(a, 12)
        ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
        gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g & WORD)
        tt1 = (ff + d + ss2 + (w[j] ^ w[j + 4])) & WORD
        tt2 = (gg + h + ss1 + w[j]) & WORD
        a, b, c, d = tt1, a, _turn(b, 9), c
        e, f, g, h = _p0(tt2), e, _turn(f, 19), g
    return tuple(x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h), strict=True))
