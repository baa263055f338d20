"""The account the private services run as, when root starts them: they must not be root."""

import contextlib
import os
import pwd
import struct
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import IO, TypeAlias

NAME = "zhongshu"

Account: TypeAlias = pwd.struct_passwd | None
"""Nothing means: as whoever runs this."""


class NotStarted(RuntimeError):
    """A private service could not be started; the message says what to do."""


def account() -> Account:
    """Return the account the services run as when root starts them (made once); else nothing."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        pass
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", NAME]
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        raise NotStarted(
            "PostgreSQL does not run as root and its account could not be made. "
            f"Start this as another user, or run: {' '.join(command)}"
        ) from None


def run(command: list[str], account: Account, output: int | IO[bytes]) -> int:
    """Run a program as the account, out of reach of the terminal; return its exit status."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
    return subprocess.run(  # noqa: S603
        command,
        env=environment,
        cwd="/",
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C in the terminal must not reach the services
        umask=0o077,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    ).returncode


def private(folder: Path, account: Account) -> Path:
    """Make a folder that only the service account enters."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = account.pw_uid if account else os.geteuid()
    if folder.is_symlink() or folder.stat().st_uid not in {owner, os.geteuid()}:
        raise NotStarted(
            f"{folder} belongs to another user. Start this as that user, or choose another place: "
            "OFFICE_VAR=/some/folder"
        )
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)
    return folder


def reachable(folders: Iterable[Path], account: Account) -> None:
    """Let the service account pass through (not list) every folder above those named."""
    if not account:
        return
    above = {parent for folder in folders for parent in folder.resolve().parents}
    for folder in sorted(above):  # from the root downwards
        if not folder.stat().st_mode & 0o001 and not _passes(folder, account):
            _let_pass(folder, account)


def runnable(package: Path, account: Account) -> None:
    """Let the service account read and run an installation made under a strict umask."""
    if account and not package.stat().st_mode & 0o001:
        for path in (package, *package.rglob("*")):
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & 0o100 else 0o044))


def _passes(folder: Path, account: pwd.struct_passwd) -> bool:
    return run(["test", "-x", str(folder)], account, subprocess.DEVNULL) == 0


def _let_pass(folder: Path, account: pwd.struct_passwd) -> None:
    """Grant search on one folder to one account by an access list, else to everybody."""
    mode, nobody = folder.stat().st_mode, 0xFFFFFFFF
    user, group, other = mode >> 6 & 7, mode >> 3 & 7, mode & 7
    entries = [(0x01, user, nobody), (0x02, 1, account.pw_uid), (0x04, group, nobody)]
    entries += [(0x10, group | 1, nobody), (0x20, other, nobody)]
    packed = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
    ours = "system.posix_acl_access" not in os.listxattr(folder)
    try:
        if ours:
            os.setxattr(folder, "system.posix_acl_access", packed)
    except OSError:  # a file system without access lists
        ours = False
    if not ours:
        folder.chmod(mode | 0o001)
