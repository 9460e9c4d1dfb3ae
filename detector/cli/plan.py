"""The four topics as they should be, and how far a cluster is from that."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from detector.cli.findings import Finding, fail, ok, warn
from detector.settings import Settings

DAY_MS = 24 * 60 * 60 * 1000
MIB = 1024 * 1024
KAFKA_MAX_MESSAGE_BYTES = 1024 * 1024 + 12
"""The broker's default of message.max.bytes, where a topic says nothing else."""

MAX_BYTES, RETENTION, CLEANUP = "max.message.bytes", "retention.ms", "cleanup.policy"
ROOM_FOR_HEADERS = MIB
"""A dead letter is its record and the headers that say why."""

VERDICT_CONFIG = {
    CLEANUP: "compact,delete",
    RETENTION: str(90 * DAY_MS),
    # A consumer that is behind by less than this still sees every verdict, not only the newest of a listing.
    "min.compaction.lag.ms": str(DAY_MS),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One topic to make."""

    name: str
    config: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """One topic as it is; `config` is None where the cluster does not let us read it."""

    partitions: int
    config: Mapping[str, str] | None = None


def inputs(settings: Settings) -> list[Wanted]:
    """The topics that are read, as the broker makes them by default."""
    return [Wanted(settings.listing_topic), Wanted(settings.booking_topic)]


def outputs(settings: Settings, input_max_bytes: int = KAFKA_MAX_MESSAGE_BYTES) -> list[Wanted]:
    """The topics that are written: the newest verdict of each listing, and dead letters larger than any event."""
    letters = {
        CLEANUP: "delete",
        RETENTION: str(14 * DAY_MS),
        MAX_BYTES: str(input_max_bytes + ROOM_FOR_HEADERS),
    }
    return [Wanted(settings.verdict_topic, VERDICT_CONFIG), Wanted(settings.dead_letter_topic, letters)]


def largest_input(settings: Settings, found: Mapping[str, Found]) -> int:
    """The largest record that an input topic lets through."""
    configs = [found[each.name].config or {} for each in inputs(settings) if each.name in found]
    return max([int(config.get(MAX_BYTES, KAFKA_MAX_MESSAGE_BYTES)) for config in configs] or [KAFKA_MAX_MESSAGE_BYTES])


def compare(settings: Settings, found: Mapping[str, Found], partitions: int | None = None) -> Iterator[Finding]:
    """One finding per topic and per setting of it that would do harm."""
    for wanted in [*inputs(settings), *outputs(settings)]:
        topic = found.get(wanted.name)
        if topic is None:
            yield fail(f"topic {wanted.name} does not exist", "detector topics create")
            continue
        yield _partitions(wanted.name, topic, partitions)
        if topic.config is None:
            yield warn(f"topic {wanted.name}: its configuration cannot be read", "allow DescribeConfigs on it")
    yield from _verdict_config(settings, found.get(settings.verdict_topic))
    yield from _letter_config(settings, found)


def _partitions(name: str, topic: Found, wanted: int | None) -> Finding:
    said = f"topic {name}: {topic.partitions} partition{'s' if topic.partitions != 1 else ''}"
    if wanted is None or topic.partitions == wanted:
        return ok(said)
    if topic.partitions > wanted:
        return warn(f"{said}, more than {wanted}", "partitions cannot be taken away; more do no harm")
    return fail(
        f"{said}, fewer than {wanted}",
        f"kafka-topics.sh --alter --topic {name} --partitions {wanted} (keys then move between partitions)",
    )


def _verdict_config(settings: Settings, topic: Found | None) -> Iterator[Finding]:
    if topic is None or topic.config is None:
        return
    name, policies = settings.verdict_topic, topic.config.get(CLEANUP, "delete").replace(" ", "").split(",")
    if "compact" not in policies:
        yield warn(
            f"topic {name}: {CLEANUP} is {','.join(policies)}, so old verdicts of a listing stay beside its newest",
            _alter(name, f"{CLEANUP}=[compact,delete]"),
        )
    elif "delete" not in policies:
        yield warn(
            f"topic {name}: {CLEANUP} is compact alone, so verdicts on listings that are gone stay for ever",
            _alter(name, f"{CLEANUP}=[compact,delete]"),
        )


def _letter_config(settings: Settings, found: Mapping[str, Found]) -> Iterator[Finding]:
    topic, name = found.get(settings.dead_letter_topic), settings.dead_letter_topic
    if topic is None or topic.config is None:
        return
    config = topic.config
    largest, needed = int(config.get(MAX_BYTES, KAFKA_MAX_MESSAGE_BYTES)), largest_input(settings, found)
    if largest <= needed:
        yield fail(
            f"topic {name}: {MAX_BYTES} is {largest}, the inputs let {needed} through: a large dead letter would stop the worker",
            _alter(name, f"{MAX_BYTES}={needed + ROOM_FOR_HEADERS}"),
        )
    if "compact" in config.get(CLEANUP, "delete"):
        yield fail(
            f"topic {name}: it is compacted, which refuses dead letters without a key and drops all but one per key",
            _alter(name, f"{CLEANUP}=delete"),
        )
    retention = int(config.get(RETENTION, 7 * DAY_MS))
    if 0 <= retention < 7 * DAY_MS:
        yield warn(
            f"topic {name}: dead letters are gone after {retention / DAY_MS:.1f} days",
            _alter(name, f"{RETENTION}={14 * DAY_MS}"),
        )


def _alter(topic: str, setting: str) -> str:
    return f"kafka-configs.sh --alter --entity-type topics --entity-name {topic} --add-config {setting}"
