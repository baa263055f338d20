"""Bring an installation up to date and keep its processes: web, worker, beat.

Called by script/demo and script/server after script/setup. Ctrl-C or TERM stops everything that
was started here, the private PostgreSQL and Redis included.
"""

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from django.core.management import CommandError  # noqa: E402
from django.db import DatabaseError  # noqa: E402

from office import embedded  # noqa: E402 (the tree is not installed as a package)
from script.processes import Process, Trouble, commands, family, free_port, until_ready  # noqa: E402

STEPS = os.environ.get("STEPS", "4")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MADE_BY_THE_OFFICE = (
    "postgresql",
    "redis",
    "run",
    "media",
    "static",
    "stamps/tables",
    "stamps/demo",
)


class Stop(BaseException):
    """Somebody wants this to end."""


def main() -> int:
    """Serve until told to stop; return the exit status."""
    options = arguments()
    var = embedded.var_dir()
    environment(options)
    for number in SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, _stop)
    try:
        with alone(var, options.check) as state:
            return check(state["address"]) if "address" in state else live(var, options)
    except (Trouble, embedded.NotStarted) as reason:
        sys.stderr.write(f"\n  This went wrong: {reason}\n")
        return 1
    except Stop:
        return 0


def arguments() -> argparse.Namespace:
    """Read the command line."""
    prog = "script/demo" if "--demo" in sys.argv else "script/server"
    parser = argparse.ArgumentParser(prog=prog)
    parser.add_argument("--demo", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--host", default="127.0.0.1", help="address to serve at")
    parser.add_argument("--port", type=int, help="port to serve at (default: first free from 8000)")
    parser.add_argument("--fresh", action="store_true", help="throw the data away and start over")
    parser.add_argument("--check", action="store_true", help="open every page, then stop")
    options = parser.parse_args()
    if (options.fresh or options.check) and not options.demo:
        parser.error("--fresh and --check belong to script/demo")
    return options


def environment(options: argparse.Namespace) -> None:
    """Say to settings, and to every process started here, what this is."""
    os.chdir(ROOT)
    os.environ["DJANGO_SETTINGS_MODULE"] = "office.settings"
    os.environ["PYTHONUNBUFFERED"] = "1"
    if options.demo:
        os.environ["OFFICE_DEMO"] = "1"
        os.environ["OFFICE_DEBUG"] = "0"
        os.environ["OFFICE_HTTPS"] = "0"
        if options.host not in {"127.0.0.1", "localhost", "::1"}:
            os.environ.setdefault("OFFICE_HOSTS", "*")
    from django.conf import settings

    settings.VAR.mkdir(parents=True, exist_ok=True)  # reads .env too, which may name services


def live(var: Path, options: argparse.Namespace) -> int:
    """Do everything from the database to the last goodbye."""
    if options.port:
        free_port(options.host, options.port, anywhere=False)  # before anything is done for nothing
    if options.fresh:
        start_over(var)
    with services(var):
        port = free_port(options.host, options.port, anywhere=options.check)
        address = address_of(options.host, port)
        if options.demo:
            lead_to(address)
        prepare(var, options.demo)
        step("Web, worker, clock")
        (var / "serving.lock").write_text(address)
        try:
            with family(var, commands(var, options.host, port)) as running:
                until_ready(address, running["web"], var)
                if options.check:
                    return check(address)
                announce(address, options.demo, var)
                watch(running, var)
        finally:
            no_more_signals()
            say("web, worker and clock are stopped")


# --- one at a time --------------------------------------------------------------------------------


@contextlib.contextmanager
def alone(var: Path, check_only: bool) -> Iterator[dict[str, str]]:
    """Hold the tree's one place; yield the address of who holds it when only checking."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "serving.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            address = file.read().strip()
            if check_only and address:
                print(f"      checking the office that is running at {address}")
                yield {"address": address}
                return
            raise Trouble(
                f"this office is running already{f' at {address}' if address else ''}.\n"
                "  Use that one, or stop it with Ctrl-C in its window."
            ) from None
        file.truncate(0)
        try:
            yield {}
        finally:
            file.truncate(0)


def start_over(var: Path) -> None:
    """Throw away what the office holds, but not what was downloaded."""
    if "OFFICE_DATABASE_URL" in os.environ:
        raise Trouble(
            "--fresh empties only the private database.\n  Empty the one you named yourself."
        )
    embedded.stop(var)
    for name in MADE_BY_THE_OFFICE:
        path = var / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    print("      the old data is gone, as asked")


# --- database and redis ---------------------------------------------------------------------------


@contextlib.contextmanager
def services(var: Path) -> Iterator[None]:
    """Have PostgreSQL and Redis; stop at the end those that were started here."""
    step("PostgreSQL and Redis")
    # what an earlier run started and was killed before it could stop is ours to stop
    note = var / "started.json"
    left = set(json.loads(note.read_text())) if note.exists() else set()
    started = embedded.ensure(var) | left
    note.write_text(json.dumps(sorted(started)))
    say("started" if started - left else "running")
    try:
        yield
    finally:
        no_more_signals()
        if started:
            embedded.stop(var, only=sorted(started))
            say(f"{' and '.join(sorted(started))} stopped")
        note.unlink(missing_ok=True)


def prepare(var: Path, demo: bool) -> None:
    """Bring tables, roles, static files and the demonstration up to date, where they are not."""
    step("Tables and roles")
    tables = digest(ROOT.glob("*/migrations/*.py"), ROOT.glob("office/access.py"), identity(var))
    once(var, "tables", tables, lambda: manage("migrate", "sync_roles", "load_defaults"))
    around = [ROOT / "requirements.lock", ROOT / "office/settings.py"]
    static = digest((ROOT / "static").rglob("*"), around)
    once(var, "static", static, lambda: manage("collectstatic"))
    if not demo:
        hold_to_production()
    if demo:
        step("The demonstration office")
        command = ROOT.glob("*/management/commands/demo.py")
        sources = digest(ROOT.glob("*/demo/**/*"), command)
        once(var, "demo", tables + sources, lambda: manage("demo"))


def hold_to_production() -> None:
    """Refuse to serve a real office with settings that are only for trying out (A36)."""
    import django
    from django.core.management import call_command

    django.setup()
    try:
        call_command(
            "check", deploy=True, tags=["security"], fail_level="WARNING", stdout=StringIO()
        )
    except CommandError as reason:
        raise Trouble(
            f"these settings are not for a real office.\n{reason}\n"
            "  Mend .env (see .env.example). To try the office out: script/demo"
        ) from None


def manage(*names: str) -> None:
    """Run commands of manage.py here; only the demonstration speaks for itself."""
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    for name in names:
        options: dict[str, object] = {} if name == "demo" else {"stdout": StringIO()}
        call_command(name, **options | ({"interactive": False} if name == "collectstatic" else {}))
    connections.close_all()  # the processes started from here open their own


def identity(var: Path) -> list[str]:
    """Name the very database, so that a new one is filled again."""
    cluster = var / "postgresql" / "PG_VERSION"
    born = str(cluster.stat().st_mtime_ns) if cluster.exists() else ""
    return [os.environ.get("OFFICE_DATABASE_URL", ""), born]


def digest(*sources: Iterable[Path | str]) -> str:
    """Return one key for the contents of files, and for words."""
    sum_ = hashlib.sha256()
    for source in sources:
        for item in sorted(source, key=str):
            if isinstance(item, str):
                sum_.update(item.encode())
            elif item.is_file() and item.suffix != ".pyc":
                sum_.update(str(item.relative_to(ROOT)).encode() + item.read_bytes())
    return sum_.hexdigest()


def once(var: Path, name: str, key: str, work: Callable[[], object]) -> None:
    """Do the work unless it was done with just this key."""
    stamp = var / "stamps" / name
    if stamp.exists() and stamp.read_text() == key:
        say(f"{name}: up to date")
        return
    begun = time.monotonic()
    stamp.unlink(missing_ok=True)
    say(f"{name}: being brought up to date")
    try:
        work()
    except (CommandError, DatabaseError) as reason:
        hint = "Mend what it names, then start again."
        if "OFFICE_DEMO" in os.environ:
            hint += " Or throw the demonstration's data away: script/demo --fresh"
        raise Trouble(f"{name}: {str(reason).strip()}\n  {hint}") from reason
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(key)
    say(f"{name}: done in {time.monotonic() - begun:.0f} s")


def lead_to(address: str) -> None:
    """Let the links in mails lead to this demonstration: those written here, and the worker's."""
    from django.conf import settings

    os.environ["OFFICE_URL"] = settings.OFFICE_URL = address


def address_of(host: str, port: int) -> str:
    """Return what to type into a browser on this machine."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 (only shown)
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def watch(running: dict[str, Process], var: Path) -> NoReturn:
    """Sleep until somebody stops this or a process ends by itself."""
    while True:
        for name, process in running.items():
            if process.poll() is not None:
                raise Trouble(
                    f"the {name} process ended by itself.\n"
                    f"  Read {var / 'log' / name}.log, then start again."
                )
        time.sleep(0.5)


def check(address: str) -> int:
    """Open every page as every person; return the exit status."""
    import django
    from django.core.management import call_command

    step("Every page as every person", last=True)
    django.setup()
    try:
        call_command("check_pages", base=address)
    except CommandError as reason:
        sys.stderr.write(f"\n  {reason}\n")
        return 1
    return 0


def announce(address: str, demo: bool, var: Path) -> None:
    """Say where it is and how to leave."""
    lines = [f"Zhongshu is open:  {address}/", f"中枢已开门：      {address}/", ""]
    if demo:
        lines += ["The first page asks who you are today: choose a person, no password is needed."]
        lines += ["首页会问“今天您是谁”：点一个人就进去，不用口令。", ""]
    else:
        command = ".venv/bin/python manage.py create_officer ACCOUNT NAME"
        lines += [f"The first administrator is made by: {command}", ""]
    lines += [f"Ctrl-C stops everything; the data stays in {var}. Logs: {var / 'log'}"]
    print("\n" + "\n".join(f"    {line}" if line else "" for line in lines) + "\n", flush=True)


# --- words ----------------------------------------------------------------------------------------

_step = 4  # those of script/setup


def step(title: str, last: bool = False) -> None:
    """Begin the next numbered step, or go to the last."""
    global _step  # noqa: PLW0603
    _step = int(STEPS) if last else _step + 1
    print(f"[{_step}/{STEPS}] {title}", flush=True)


def say(words: str) -> None:
    """Add a line to the step."""
    print(f"      {words}", flush=True)


def no_more_signals() -> None:
    """Let nothing interrupt the clearing up: a second Ctrl-C must not leave half behind."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _stop(_number: int, _frame: object) -> None:
    no_more_signals()
    print(flush=True)
    raise Stop


if __name__ == "__main__":
    sys.exit(main())
