"""Finding an offender in whichever process of the group it is kept, and listing those of all."""

import asyncio

import pytest

from detector.engines.escalation.answers import OneOffender, TopList
from detector.engines.escalation.lookup import MOST_OFFENDERS, partition_of
from detector.errors import Retry
from detector.offenders import Kind
from detector.offenders.who import bounded
from tests.unit.engines.escalation.fake_group import PARTITIONS, Network, Process


def top(process: Process, window: str = "30d") -> TopList:
    return asyncio.run(process.lookup.top(window, alone=False))


def one(process: Process, identity: str, kind: Kind = Kind.PARTNER) -> OneOffender | None:
    return asyncio.run(process.lookup.one(kind, identity, alone=False))


def names(found: TopList) -> list[str | None]:
    return [each.partner_id or each.listing_id for each in found.partners]


def place(partner: str) -> int:
    return partition_of(f"partner/{partner}", PARTITIONS)


@pytest.fixture
def network() -> Network:
    """Ten partners, of whom P-9 leaks most, in two processes."""
    network = Network()
    for number in range(10):
        network.count(f"partner/P-{number}", number + 1)
    return network


@pytest.mark.parametrize(
    ("text", "murmur2"),
    [("21", -973932308), ("foobar", -790332482), ("a-little-bit-long-string", -985981536)],
)
def test_offenders_are_where_kafka_s_partitioner_puts_them(text: str, murmur2: int) -> None:
    # The hashes are those of Kafka's own tests.
    assert partition_of(text, 1000) == (murmur2 & 0x7FFFFFFF) % 1000


def test_both_processes_list_the_offenders_of_both_in_one_order(network: Network) -> None:
    first, second = top(network.one), top(network.two)
    assert names(first) == names(second) == [f"P-{number}" for number in reversed(range(10))]
    assert first.complete
    assert second.complete


def test_a_list_without_the_offenders_of_a_process_that_does_not_answer_says_so(network: Network) -> None:
    network.two.answers = False
    found = top(network.one)
    assert not found.complete
    assert 0 < len(found.partners) < 10


def test_a_list_says_that_it_is_not_complete_while_another_process_recovers(network: Network) -> None:
    network.two.is_ready = False
    assert not top(network.one).complete


def test_a_list_says_that_it_is_not_complete_while_a_partition_is_nobody_s(network: Network) -> None:
    network.two.partitions = {2}
    assert not top(network.one).complete


def test_a_list_is_bounded(network: Network) -> None:
    for number in range(MOST_OFFENDERS + 20):
        network.count(f"partner/Q-{number}", 1)
    found = top(network.one)
    assert len(found.partners) == MOST_OFFENDERS
    assert names(found)[:2] == ["P-9", "P-8"]


@pytest.mark.parametrize("number", range(10))
def test_one_offender_is_found_from_every_process(network: Network, number: int) -> None:
    found = [one(process, f"P-{number}") for process in (network.one, network.two)]
    assert [each and each.partner.windows["30d"].violations for each in found] == [number + 1, number + 1]


def test_a_listing_is_another_offender_than_a_partner_of_the_same_id(network: Network) -> None:
    network.count("listing/P-9", 1)
    found = one(network.one, "P-9", Kind.LISTING)
    assert found is not None
    assert found.partner.windows["30d"].violations == 1


@pytest.mark.parametrize("identity", ["a/b?c=d&e#f", "né ü", "x.json", "%2F", "a" * 300])
def test_an_id_finds_its_way_whatever_it_is_made_of(network: Network, identity: str) -> None:
    owner = network.count(f"partner/{bounded(identity)}", 3)
    asker = network.two if owner is network.one else network.one
    for process in (owner, asker):
        found = one(process, identity)
        assert found is not None
        assert found.partner.windows["30d"].violations == 3


def test_nobody_is_found_under_an_unknown_id(network: Network) -> None:
    assert one(network.one, "nobody") is None
    assert one(network.two, "nobody") is None


def test_while_its_tables_recover_a_process_tells_nothing(network: Network) -> None:
    network.one.is_ready = False
    with pytest.raises(Retry, match="being recovered"):
        top(network.one)
    identity = next(f"P-{number}" for number in range(10) if place(f"P-{number}") in network.one.partitions)
    for asked in (network.one, network.two):
        with pytest.raises(Retry):
            one(asked, identity)


def test_processes_that_disagree_on_who_owns_a_partition_do_not_ask_in_circles(network: Network) -> None:
    identity = next(f"P-{number}" for number in range(10) if place(f"P-{number}") == 0)
    network.one.partitions = {1}
    network.two.partitions = {2, 3}
    network.two.others = lambda: {"http://one": {0, 1}}  # type: ignore[method-assign]
    with pytest.raises(Retry):
        one(network.two, identity)
    assert len(network.asked) == 1
