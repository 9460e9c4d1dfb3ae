"""The six topics: how they should be, how they are, and what to mend."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from detector.errors import Misconfigured
from detector.operations.cluster import CALL_SECONDS, Cluster
from detector.settings import Settings

ENVELOPE_BYTES = 64 * 1024
"""Room for a record's key, headers and framing beside its value."""

_DAY_MS = 24 * 60 * 60 * 1000
BROKER_DEFAULT = -1


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as it should be: `least` holds settings that may be larger; `compacted` None means either way.

    An `optional` one is of no concern to a worker.
    """

    name: str
    role: str
    config: Mapping[str, str]
    least: Mapping[str, int] = field(default_factory=dict)
    compacted: bool | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class TopicState:
    """What was found of a topic: None partitions if it does not exist; `troubles` say what to mend."""

    spec: TopicSpec
    partitions: int | None
    troubles: tuple[str, ...] = ()


def topic_specs(settings: Settings) -> list[TopicSpec]:
    """The topics that the settings name.

    An event of the largest allowed size has to fit its topic, and the dead letter it may become, with error headers,
    has to fit the dead-letter topic. Verdicts are compacted, so the newest per listing stays; escalations and feedback are
    a history.
    """
    largest = settings.max_event_bytes + ENVELOPE_BYTES
    inputs = {"max.message.bytes": largest}
    letters = {"max.message.bytes": 2 * largest}
    return [
        TopicSpec(settings.listing_topic, "listing updates", _text(inputs), inputs),
        TopicSpec(settings.booking_topic, "bookings", _text(inputs), inputs),
        TopicSpec(
            settings.verdict_topic,
            "verdicts",
            {"cleanup.policy": "compact,delete", "retention.ms": str(90 * _DAY_MS)},
            compacted=True,
        ),
        TopicSpec(
            settings.dead_letter_topic,
            "dead letters",
            {**_text(letters), "retention.ms": str(14 * _DAY_MS)},
            letters,
            # A compacted topic refuses records without a key, and keeps one dead letter per key.
            compacted=False,
        ),
        TopicSpec(
            settings.escalation_topic,
            "escalations",
            {"retention.ms": str(90 * _DAY_MS)},
            # Keyed by offender: compaction would keep each one's newest escalation alone.
            compacted=False,
            optional=True,
        ),
        TopicSpec(
            settings.feedback_topic,
            "feedback",
            {"retention.ms": str(365 * _DAY_MS)},
            # Keyed by listing: compaction would keep what was said of one of its verdicts alone.
            compacted=False,
            optional=True,
        ),
    ]


def create_topics(cluster: Cluster, specs: list[TopicSpec], partitions: int, replication: int) -> dict[str, bool]:
    """Create what is missing: name to whether it is new. What exists is left as it is."""
    cluster.topics()
    wanted = [NewTopic(spec.name, partitions, replication, config=dict(spec.config)) for spec in specs]
    created: dict[str, bool] = {}
    for name, future in cluster.client.create_topics(wanted, request_timeout=CALL_SECONDS).items():
        try:
            future.result()
            created[name] = True
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise Misconfigured(f"topic {name} could not be created: {error.args[0].str()}.") from None
            created[name] = False
    return created


def check_topics(cluster: Cluster, specs: list[TopicSpec]) -> list[TopicState]:
    """Compare the topics with their specs. Raises `Retry` if the cluster does not answer."""
    known = cluster.topics()
    return [_state(cluster.client, spec, known.get(spec.name)) for spec in specs]


def _state(client: AdminClient, spec: TopicSpec, partitions: int | None) -> TopicState:
    if partitions is None:
        return TopicState(spec, None, ("does not exist: `detector topics create` makes it",))
    try:
        config = _config(client, spec.name)
    except KafkaException as error:
        return TopicState(spec, partitions, (f"its settings cannot be read ({error.args[0].name()})",))
    troubles = [
        f"{name} is {config[name]}, should be at least {least}"
        for name, least in spec.least.items()
        if int(config[name]) < least
    ]
    policy = config["cleanup.policy"]
    if spec.compacted is not None and spec.compacted != ("compact" in policy):
        troubles.append(f"cleanup.policy is {policy}, should {'' if spec.compacted else 'not '}include compact")
    return TopicState(spec, partitions, tuple(troubles))


def _config(client: AdminClient, topic: str) -> dict[str, str]:
    resource = ConfigResource(ResourceType.TOPIC, topic)
    found = client.describe_configs([resource], request_timeout=CALL_SECONDS)[resource].result()
    return {name: entry.value for name, entry in found.items()}


def _text(numbers: Mapping[str, int]) -> dict[str, str]:
    return {name: str(number) for name, number in numbers.items()}
