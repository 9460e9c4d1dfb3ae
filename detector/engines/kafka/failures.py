"""librdkafka's errors, translated in one place into what to do next."""

from confluent_kafka import KafkaError

from detector.errors import DetectorError, Misconfigured, Superseded

_FENCED = frozenset(
    {KafkaError._FENCED, KafkaError.PRODUCER_FENCED, KafkaError.INVALID_PRODUCER_EPOCH}  # noqa: SLF001
)
_REFUSED = frozenset(
    {
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
        KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        KafkaError._AUTHENTICATION,  # noqa: SLF001
    }
)
_NO_TOPIC = frozenset({KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC})  # noqa: SLF001


def stop_reason(error: KafkaError) -> DetectorError | None:
    """The error to stop with; None where trying again makes sense."""
    if error.code() in _FENCED:
        return Superseded(
            "another worker has taken over this one's name. If both should run, give each its own --instance "
            "(DETECTOR_INSTANCE)."
        )
    if error.code() in _REFUSED:
        return Misconfigured(
            f"the cluster refuses this worker ({error.name()}): check its credentials and ACLs with `detector doctor`."
        )
    if error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
        return Misconfigured(
            "an output topic refuses a record for its size: raise its max.message.bytes above the input topics', then "
            "start again. The record is not lost: it is still lag."
        )
    if error.code() in _NO_TOPIC:
        return Misconfigured(
            "a topic does not exist: `detector topics check` says which, `detector topics create` makes it."
        )
    return None
