"""librdkafka's errors, by what to do next."""

import pytest
from confluent_kafka import KafkaError

from detector.engines.kafka.failures import stop_reason
from detector.errors import DetectorError, Misconfigured, Superseded


@pytest.mark.parametrize(
    ("code", "kind", "told"),
    [
        (KafkaError._FENCED, Superseded, "DETECTOR_INSTANCE"),
        (KafkaError.PRODUCER_FENCED, Superseded, "taken over"),
        (KafkaError.INVALID_PRODUCER_EPOCH, Superseded, "taken over"),
        (KafkaError.TOPIC_AUTHORIZATION_FAILED, Misconfigured, "credentials and ACLs"),
        (KafkaError.GROUP_AUTHORIZATION_FAILED, Misconfigured, "credentials and ACLs"),
        (KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, Misconfigured, "credentials and ACLs"),
        (KafkaError._AUTHENTICATION, Misconfigured, "credentials and ACLs"),
        (KafkaError.UNKNOWN_TOPIC_OR_PART, Misconfigured, "detector topics create"),
        (KafkaError.MSG_SIZE_TOO_LARGE, Misconfigured, "max.message.bytes"),
    ],
)
def test_what_would_fail_again_is_a_reason_to_stop_that_says_how_to_mend_it(
    code: int, kind: type[DetectorError], told: str
) -> None:
    reason = stop_reason(KafkaError(code))
    assert type(reason) is kind
    assert told in str(reason)


@pytest.mark.parametrize(
    "code",
    [
        KafkaError._TRANSPORT,
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError.REQUEST_TIMED_OUT,
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.CONCURRENT_TRANSACTIONS,
        KafkaError.REBALANCE_IN_PROGRESS,
    ],
)
def test_what_may_pass_is_no_reason_to_stop(code: int) -> None:
    assert stop_reason(KafkaError(code)) is None
