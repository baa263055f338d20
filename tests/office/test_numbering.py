"""Numbers without gaps and without twins, whatever happens at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from office.numbering.models import Series
from office.numbering.services import next_serial, peek

THREADS = 50


def give(name="incoming-superior", year=2026):
    try:
        with transaction.atomic():
            return next_serial(name, year)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a24_fifty_threads_get_fifty_numbers_without_gap_or_twin():
    together = threading.Barrier(THREADS)

    def one(_n):
        together.wait()
        return give()

    with ThreadPoolExecutor(THREADS) as pool:
        numbers = list(pool.map(one, range(THREADS)))
    assert sorted(numbers) == list(range(1, THREADS + 1))
    assert Series.objects.get().last == THREADS


@pytest.mark.django_db(transaction=True)
def test_a24_a_number_taken_back_by_a_rollback_is_given_to_the_next():
    give()
    with transaction.atomic():
        assert next_serial("incoming-superior", 2026) == 2
        transaction.set_rollback(True)
    assert give() == 2


@pytest.mark.django_db(transaction=True)
def test_a24_half_of_fifty_threads_failing_leave_no_gap():
    together = threading.Barrier(THREADS)

    def one(n):
        together.wait()
        try:
            with transaction.atomic():
                number = next_serial("incoming-peer", 2026)
                transaction.set_rollback(bool(n % 2))
            return None if n % 2 else number
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        numbers = [number for number in pool.map(one, range(THREADS)) if number]
    assert sorted(numbers) == list(range(1, THREADS // 2 + 1))


@pytest.mark.django_db(transaction=True)
def test_the_first_number_of_a_series_is_one_for_one_of_two_only():
    together = threading.Barrier(8)

    def one(n):
        together.wait()
        return give("incoming-other", 2030)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, range(8))) == list(range(1, 9))
    assert Series.objects.filter(name="incoming-other", year=2030).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_is_not_given_outside_a_transaction():
    with pytest.raises(RuntimeError):
        next_serial("incoming-superior", 2026)
    assert not Series.objects.exists()


@pytest.mark.django_db
def test_every_series_and_year_counts_by_itself():
    given = [give_here("a", 2026), give_here("a", 2026), give_here("a", 2027), give_here("b", 2026)]
    assert given == [1, 2, 1, 1]


@pytest.mark.django_db
def test_a_peek_promises_nothing():
    assert [peek("a", 2026), peek("a", 2026)] == [1, 1]
    assert give_here("a", 2026) == 1
    assert peek("a", 2026) == 2


def give_here(name, year):
    with transaction.atomic():
        return next_serial(name, year)
