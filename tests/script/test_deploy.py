"""docs/deploy: the files are rendered for this machine and judged by what reads them."""

from __future__ import annotations

import os
import re
import shutil
import socketserver
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import environ
import pytest
from django.conf import settings

from office import embedded
from script.processes import QUEUES, free_port

ROOT = Path(settings.BASE_DIR)
DEPLOY = ROOT / "docs" / "deploy"
PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf8")
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
EVERYTHING = [*DEPLOY.iterdir(), ROOT / "docs" / "deploy.md"]
# What the rest of the machine gains when the process is taken over; 100 is everything.
EXPOSURE = 25


def unit_of(path: Path) -> dict[str, list[str]]:
    """Read a unit strictly: sections, and NAME=VALUE lines."""
    found: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        if line and not re.fullmatch(r"\[(Unit|Service|Timer|Install)\]", line):
            name, value = re.fullmatch(r"([A-Z]\w*)=(.*)", line).groups()
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_unit_gives_away_no_power(path):
    unit = unit_of(path)
    assert unit["User"] == ["zhongshu"]
    assert unit["ProtectSystem"] == ["strict"]
    assert unit["NoNewPrivileges"] == unit["PrivateTmp"] == unit["ProtectHome"] == ["yes"]
    assert unit["CapabilityBoundingSet"] == [""]
    assert unit["EnvironmentFile"] == ["/srv/zhongshu/.env"]
    assert "RemoveIPC" not in unit  # one unit that ends would take the memory of another


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """Give the places of this machine for those of the files."""
    (tmp_path / "run").mkdir()
    return {
        "/srv/zhongshu/.venv": str(ROOT / ".venv"), "/srv/zhongshu": str(ROOT),
        "User=zhongshu": "User=daemon", "Group=zhongshu": "Group=daemon",
        "/var/lib/zhongshu": str(tmp_path / "lib"), "/run/zhongshu": str(tmp_path / "run"),
        "/etc/ssl/zhongshu": str(tmp_path / "tls"), "/var/log/nginx": str(tmp_path),
        "/etc/nginx/snippets/zhongshu-proxy.conf": str(tmp_path / "nginx-proxy.conf"),
    }  # fmt: skip


def rendered(path: Path, machine: dict[str, str], folder: Path) -> Path:
    text = path.read_text()
    for theirs, ours in machine.items():
        text = text.replace(theirs, ours)
    made = folder / path.name
    made.write_text(text)
    return made


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd")
def test_systemd_understands_every_unit(machine, tmp_path):
    made = [str(rendered(path, machine, tmp_path)) for path in UNITS]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *made],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    about_ours = [line for line in done.stderr.splitlines() if "zhongshu" in line]
    assert about_ours == []
    services = [name for name in made if name.endswith(".service")]
    for name in services:
        command = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", name]
        judged = subprocess.run(command, capture_output=True, text=True, check=False)
        assert judged.returncode == 0, judged.stdout.splitlines()[-1]


def test_every_program_and_option_of_the_units_is_there():
    commands = [c for path in SERVICES for c in unit_of(path).get("ExecStart", [])]
    assert len(commands) == len(SERVICES)
    for command in commands:
        program = Path(command.split()[0].replace("/srv/zhongshu", str(ROOT)))
        assert os.access(program, os.X_OK), program
    queues = ",".join(q for c in commands for q in re.findall(r"-Q (\S+)", c))
    assert sorted(queues.split(",")) == sorted(",".join(QUEUES.values()).split(","))
    web = unit_of(DEPLOY / "zhongshu-web.service")
    first = "manage.py check --deploy --tag security --fail-level WARNING"
    assert web["ExecStartPre"] == [f"/srv/zhongshu/.venv/bin/python {first}"]
    options = re.search(r"gunicorn (.*)", web["ExecStart"][0])[1]
    told = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--check-config", *options.split()],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "OFFICE_VAR": str(embedded.var_dir() / "test"),
             "OFFICE_SECRET_KEY": "only for this"},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr


def test_every_setting_that_is_named_exists():
    known = set(re.findall(r'"(OFFICE_\w+)"', (ROOT / "office" / "settings.py").read_text()))
    known |= {"OFFICE_VAR"}  # read by the scripts before the settings
    shown = (ROOT / ".env.example").read_text()
    example = set(re.findall(r"^#? *(OFFICE_\w+)=", shown, re.MULTILINE))
    named = {
        name.removesuffix("_FILE")
        for path in EVERYTHING
        for name in re.findall(r"OFFICE_[A-Z_]+[A-Z]", path.read_text(encoding="utf8"))
    }
    assert len(named) > 8
    assert named - known == set()
    assert named - example == set()
    assert known - example == set()


def test_the_page_names_only_what_is_there():
    named = set(re.findall(r"docs/deploy/([\w.-]+\w)", PAGE)) - {"*.service"}
    assert {name for name in named if not (DEPLOY / name).exists()} == set()
    for unit in re.findall(r"zhongshu-(\w+)\.(service|timer)", PAGE):
        assert (DEPLOY / f"zhongshu-{unit[0]}.{unit[1]}").exists()
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")}
    commands |= {"migrate", "check", "collectstatic"}
    assert set(re.findall(r"(?:\bm|manage\.py) ([a-z_]+)", PAGE)) <= commands


# What settings may be

RIGHT = {
    "PATH": "/usr/bin:/bin", "OFFICE_SECRET_KEY": "k3Jd9-fG7sQ2wZ8xC5vB1nM4" * 3,
    "OFFICE_DEBUG": "0", "OFFICE_DEMO": "0", "OFFICE_HTTPS": "1",
    "OFFICE_HOSTS": "office.example.org", "OFFICE_INSTITUTION": "某某中心",
}  # fmt: skip


def production(given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "manage.py",
        "check",
        "--deploy",
        "--tag",
        "security",
        "--fail-level",
        "WARNING",
    ]
    environment = {**RIGHT, "OFFICE_VAR": str(embedded.var_dir() / "test"), **given}
    environment = {name: value for name, value in environment.items() if value != "unset"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_the_environment_file_is_a_production():
    lines = (DEPLOY / "zhongshu.env").read_text().splitlines()
    told = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    database = environ.Env().db_url_config(told["OFFICE_DATABASE_URL"])
    assert (database["NAME"], database["HOST"]) == ("zhongshu", "/run/postgresql")
    here = ("OFFICE_SECRET_KEY_FILE", "OFFICE_DATABASE_URL", "OFFICE_REDIS_URL", "OFFICE_VAR")
    done = production({name: value for name, value in told.items() if name not in here})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("given", "sign"),
    [
        ({"OFFICE_DEBUG": "1"}, "security.W018"),
        ({"OFFICE_SECRET_KEY": "development only"}, "security.W009"),
        ({"OFFICE_HOSTS": "office.example.org,*"}, "office.E002"),
        ({"OFFICE_HOSTS": ".example.org"}, "office.E002"),
        ({"OFFICE_HTTPS": "0"}, "security.W012"),
        ({"OFFICE_DEMO": "1"}, "office.E003"),
        ({"OFFICE_INSTITUTION": "unset"}, "office.E001"),
    ],
)
def test_a36_production_does_not_start_with_settings_for_trying_out(given, sign):
    done = production(given)
    assert done.returncode != 0
    assert sign in done.stderr


def test_a36_there_is_no_default_key(tmp_path):
    done = production({"OFFICE_SECRET_KEY": "unset", "OFFICE_VAR": str(tmp_path)})
    assert done.returncode != 0
    assert "OFFICE_SECRET_KEY" in done.stderr
    assert list(tmp_path.iterdir()) == []


# nginx


def directives(text: str) -> list[tuple[str, ...]]:
    """Read a configuration strictly: (block, name, value…); raises on what nginx would refuse."""
    found: list[tuple[str, ...]] = []
    blocks: list[str] = []
    words: list[str] = []
    for token in re.findall(r"""#[^\n]*|'[^']*'|"[^"]*"|[{};]|[^\s{};'"]+""", text):
        if token.startswith("#"):
            continue
        if token == "{":
            blocks.append(" ".join(words))
            words = []
        elif token == "}":
            assert blocks, "a brace too many"
            assert not words, f"no semicolon after {words}"
            blocks.pop()
        elif token == ";":
            assert words, "an empty directive"
            found.append(("/".join(blocks), *words))
            words = []
        else:
            words.append(token)
    assert not blocks, f"open: {blocks}"
    assert not words, f"no semicolon after {words}"
    return found


def test_nginx_guards_what_it_sends():
    told = directives((DEPLOY / "nginx.conf").read_text())
    told += directives((DEPLOY / "nginx-proxy.conf").read_text())
    media = {line[1:] for line in told if line[0] == "server/location /protected/"}
    assert ("internal",) in media
    assert ("alias", "/var/lib/zhongshu/media/") in media
    flat = [line[1:] for line in told]
    assert ("ssl_protocols", "TLSv1.2", "TLSv1.3") in flat
    assert ("proxy_set_header", "X-Forwarded-For", "$remote_addr") in flat
    assert ("proxy_set_header", "X-Forwarded-Proto", "$scheme") in flat
    assert ("client_max_body_size", "60m") in flat
    assert settings.UPLOAD_LIMIT_BYTES < 60 * 2**20
    logged = next(line for line in flat if line[0] == "log_format")
    assert not re.search(r"uri|args|request(?!_)|referer|agent|cookie", " ".join(logged[2:]))


class Office(BaseHTTPRequestHandler):
    """What the web process would answer."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        if self.path == "/file":
            self.send_header("X-Accel-Redirect", "/protected/ab/cd/page.html")
            self.send_header("Content-Security-Policy", "sandbox")
            self.send_header("Cross-Origin-Resource-Policy", "same-origin")
            self.send_header("Content-Disposition", "attachment")
            self.end_headers()
            return
        body = repr(dict(self.headers.items())).encode() + b" " * 2000
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return ""

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


class Sockets(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@pytest.fixture
def nginx(machine: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """Serve by a real nginx with our configuration, before something like our web process."""
    if not NGINX or not shutil.which("openssl"):
        pytest.skip("no nginx")
    for folder in ("tls", "lib/static", "lib/media/ab/cd"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "lib" / "static" / "a.css").write_text("p { color: red }")
    (tmp_path / "lib" / "media" / "ab" / "cd" / "page.html").write_text("<script>alert(1)</script>")
    key = [
        "-keyout",
        str(tmp_path / "tls/privkey.pem"),
        "-out",
        str(tmp_path / "tls/fullchain.pem"),
    ]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *key,
         "-subj", "/CN=office.example.org"], check=True, capture_output=True,
    )  # fmt: skip
    port, plain = free_port("127.0.0.1", None, True), free_port("127.0.0.1", None, True)
    machine |= {
        "listen [::]:443 ssl http2;": "", "listen [::]:80;": "",
        "listen 443": f"listen 127.0.0.1:{port}", "listen 80": f"listen 127.0.0.1:{plain}",
    }  # fmt: skip
    rendered(DEPLOY / "nginx-proxy.conf", machine, tmp_path)
    site = rendered(DEPLOY / "nginx.conf", machine, tmp_path)
    places = "".join(
        f"{each}_temp_path {tmp_path}/{each};"
        for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = tmp_path / "whole.conf"
    whole.write_text(
        f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; worker_processes 1;"
        f"{'user root;' if os.geteuid() == 0 else ''}"
        f"events {{}} http {{ {places} include {site}; }}"
    )
    command = [NGINX, "-p", str(tmp_path), "-c", str(whole)]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr
    web = Sockets(str(tmp_path / "run" / "web.sock"), Office)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield f"https://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        web.shutdown()
        web.server_close()


def fetch(url: str, **headers: str) -> Any:
    trusting = ssl._create_unverified_context()  # noqa: S323 (our own certificate of a minute)
    asked = urllib.request.Request(url, headers={"Host": "office.example.org", **headers})  # noqa: S310
    deadline = time.monotonic() + 10
    while True:
        try:
            return urllib.request.urlopen(asked, context=trusting, timeout=5)  # noqa: S310
        except urllib.error.HTTPError as answer:
            return answer
        except urllib.error.URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_a_real_nginx_sends_as_the_office_says(nginx, tmp_path):
    with fetch(f"{nginx}/file") as answer:
        assert answer.read() == b"<script>alert(1)</script>"
        assert answer.headers["Content-Security-Policy"] == "sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Content-Disposition"] == "attachment"
    for hidden in ("/protected/ab/cd/page.html", "/static../media/ab/cd/page.html"):
        with fetch(f"{nginx}{hidden}") as answer:
            assert b"alert" not in answer.read(), hidden
    with fetch(f"{nginx}/static/a.css") as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    forged = {
        "X-Forwarded-For": "1.2.3.4",
        "X-Forwarded-Proto": "http",
        "X-Request-ID": "forged-id",
    }
    with fetch(f"{nginx}/", **forged) as answer:
        seen = answer.read().decode()
    assert "1.2.3.4" not in seen
    assert "'X-Forwarded-Proto': 'https'" in seen
    assert "forged-id" not in seen
    with fetch(f"{nginx}/", **{"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
    with fetch(f"{nginx}/search?q=secretword") as answer:
        answer.read()
    time.sleep(0.2)
    assert "secretword" not in (tmp_path / "zhongshu.log").read_text()
