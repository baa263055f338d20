"""The private services: addresses are known without starting anything, starting is repeatable."""

from pathlib import Path

import pytest
import redis
from django.db import connection
from kombu import Connection

from office import embedded, stepdown

SHORT, LONG = Path("/srv/office/var"), Path("/srv") / ("long" * 30) / "var"


def test_sockets_stand_under_var():
    assert embedded.run_dir(SHORT) == SHORT / "run"


@pytest.mark.parametrize("var", [SHORT, LONG])
def test_socket_paths_fit_the_kernel(var):
    assert len(str(embedded.run_dir(var) / ".s.PGSQL.5432")) <= 107
    assert embedded.run_dir(var) == embedded.run_dir(var)


def test_two_offices_with_long_paths_do_not_share_sockets():
    assert embedded.run_dir(LONG) != embedded.run_dir(LONG / "other")


def test_addresses_survive_strange_folder_names():
    url = embedded.redis_url(Path("/srv/the office's 50%/var"), 3)
    pool = redis.ConnectionPool.from_url(url)
    assert pool.connection_kwargs["path"] == "/srv/the office's 50%/var/run/redis.sock"
    assert pool.connection_kwargs["db"] == 3


def test_celery_writes_sockets_differently():
    url = embedded.broker_url(embedded.redis_url(SHORT, 3))
    assert url == "redis+socket:///srv/office/var/run/redis.sock?virtual_host=3"
    assert Connection(url).transport_cls == "redis"
    assert embedded.broker_url("redis://cache:6379/1") == "redis://cache:6379/1"


def test_starting_twice_starts_nothing(settings):
    assert embedded.ensure(settings.VAR) == set()


def test_configured_services_are_not_started(tmp_path, monkeypatch):
    monkeypatch.setenv("OFFICE_DATABASE_URL", "postgres://elsewhere/office")
    monkeypatch.setenv("OFFICE_REDIS_URL_FILE", "/run/secrets/redis")
    assert embedded.ensure(tmp_path / "var") == set()
    assert not (tmp_path / "var").exists()


def test_stopping_where_nothing_ever_ran_is_no_error(tmp_path):
    embedded.stop(tmp_path / "var")
    assert embedded.running(tmp_path / "var") == set()


def test_a_missing_redis_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda *_a, **_k: None)
    with pytest.raises(embedded.NotStarted, match="apt-get install redis-server"):
        embedded._start_redis(tmp_path, None)


def test_a_folder_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(embedded.NotStarted, match="belongs to another user"):
        stepdown.private(tmp_path / "run", None)


def test_the_lock_of_a_dead_server_is_removed_and_of_a_live_one_kept(tmp_path, settings):
    dead, live = tmp_path / "dead.lock", tmp_path / "live.lock"
    dead.write_text("1\n/srv\n")  # process 1 lives, but is no PostgreSQL
    live.write_text((settings.VAR / "postgresql" / "postmaster.pid").read_text())
    embedded._remove_stale(dead)
    embedded._remove_stale(live)
    assert not dead.exists()
    assert live.exists()


def test_a_private_service_starts_stops_and_keeps_its_data(tmp_path, monkeypatch):
    monkeypatch.delenv("OFFICE_REDIS_URL", raising=False)
    monkeypatch.setenv("OFFICE_DATABASE_URL", "postgres://elsewhere/office")
    var = tmp_path / "var"
    assert embedded.ensure(var) == {"Redis"}
    store = redis.Redis.from_url(embedded.redis_url(var, 0))
    store.set("opinion", "同意")
    store.close()
    embedded.stop(var)
    assert embedded.running(var) == set()
    embedded.ensure(var)
    store = redis.Redis.from_url(embedded.redis_url(var, 0), decode_responses=True)
    assert store.get("opinion") == "同意"
    embedded.stop(var)


@pytest.mark.django_db
def test_the_cluster_speaks_utf8():
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        assert cursor.fetchone() == ("UTF8",)
