"""What script/demo and script/server are made of."""

import signal
import socket
import subprocess
import sys
import time

import pytest

from manage import needs_services
from script import processes, serve

REFUSED = processes.Trouble


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        ("migrate", True),
        ("runserver 8000", True),
        ("makemessages -l zh_Hans", False),
        ("migrate --help", False),
        ("help migrate", False),
        ("version", False),
        ("", False),
    ],
)
def test_services_start_only_for_commands_that_touch_them(line, needed):
    assert needs_services(["manage.py", *line.split()]) is needed


def test_a_step_is_done_once_for_each_key(tmp_path):
    done = []
    for key in ("a", "a", "b", "a"):
        serve.once(tmp_path, "tables", key, lambda: done.append(key))  # noqa: B023
    assert done == ["a", "b", "a"]


def test_a_step_that_failed_is_done_again(tmp_path):
    serve.once(tmp_path, "tables", "a", lambda: None)
    with pytest.raises(ZeroDivisionError):
        serve.once(tmp_path, "tables", "b", lambda: 1 / 0)
    done = []
    serve.once(tmp_path, "tables", "a", lambda: done.append("again"))
    assert done == ["again"]


def test_a_key_follows_contents_not_times(tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "ROOT", tmp_path)
    (tmp_path / "a.py").write_text("x = 1\n")
    before = serve.digest(tmp_path.glob("*.py"), ["there"])
    (tmp_path / "a.py").touch()
    assert serve.digest(tmp_path.glob("*.py"), ["there"]) == before
    (tmp_path / "a.py").write_text("x = 2\n")
    assert serve.digest(tmp_path.glob("*.py"), ["there"]) != before
    assert serve.digest(tmp_path.glob("*.py"), ["elsewhere"]) != before


def test_a_port_that_is_taken_is_refused_with_the_next_step():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(REFUSED, match=f"--port {port + 1}"):
            processes.free_port("127.0.0.1", port, anywhere=False)
        assert processes.free_port("127.0.0.1", None, anywhere=True) != port


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://localhost:8000"),  # noqa: S104
        ("::1", "http://[::1]:8000"),
    ],
)
def test_the_address_can_be_typed_into_a_browser(host, address):
    assert serve.address_of(host, 8000) == address


def test_a_second_office_in_one_tree_is_refused(tmp_path):
    with serve.alone(tmp_path, check_only=False):
        (tmp_path / "serving.lock").write_text("http://127.0.0.1:8000")
        with (
            pytest.raises(REFUSED, match="running already at http://127"),
            serve.alone(tmp_path, check_only=False),
        ):
            pass
        with serve.alone(tmp_path, check_only=True) as other:
            assert other == {"address": "http://127.0.0.1:8000"}
    with serve.alone(tmp_path, check_only=False) as free:
        assert free == {}


def test_everything_started_is_ended_also_what_does_not_listen(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.5)
    (tmp_path / "deaf.py").write_text(
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with processes.family(tmp_path, {"deaf": ["deaf"], "polite": ["http.server", "0"]}) as running:
        log = tmp_path / "log" / "deaf.log"
        while "ready" not in log.read_text():
            time.sleep(0.02)
    assert running["deaf"].returncode == -signal.SIGKILL
    assert running["polite"].returncode == -signal.SIGTERM


def test_a_web_process_that_dies_is_reported_with_its_last_words(tmp_path):
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "web.log").write_text("no such table\n")
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with pytest.raises(REFUSED, match="no such table"):
        processes.until_ready("http://127.0.0.1:9", dead, tmp_path)


def test_only_the_demonstration_may_start_over(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["serve.py", "--fresh"])
    with pytest.raises(SystemExit):
        serve.arguments()


def test_a_database_of_ones_own_is_never_emptied(tmp_path, monkeypatch):
    monkeypatch.setenv("OFFICE_DATABASE_URL", "postgres://elsewhere/office")
    with pytest.raises(REFUSED, match="only the private database"):
        serve.start_over(tmp_path)


def test_a36_a_real_office_is_not_served_with_settings_for_trying_out(settings):
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["*"]
    with pytest.raises(REFUSED, match=r"(?s)E002.*W012.*script/demo"):
        serve.hold_to_production()
