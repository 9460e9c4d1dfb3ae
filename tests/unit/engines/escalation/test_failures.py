"""The words with which the process ends, and what they do not say."""

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError, TopicAuthorizationFailedError
from faust.exceptions import ProducerSendError

from detector.engines.escalation.failures import reason_to_end
from detector.errors import Misconfigured, Restart


def defect() -> Exception:
    """An error with a place where it was raised, and words that it should not say."""
    try:
        int("0044 20 7946 0958")
    except ValueError as caught:
        return caught
    raise AssertionError


def test_our_own_errors_come_through() -> None:
    error = Misconfigured("mend it")
    assert reason_to_end(error) is error


@pytest.mark.parametrize("error", [TopicAuthorizationFailedError("t"), MessageSizeTooLargeError()])
def test_what_the_broker_refuses_is_to_be_mended(error: Exception) -> None:
    assert isinstance(reason_to_end(error), Misconfigured)


def test_the_cause_of_a_failed_send_counts() -> None:
    failed = ProducerSendError("k=secret")
    failed.__cause__ = TopicAuthorizationFailedError("t")
    assert isinstance(reason_to_end(failed), Misconfigured)


def test_a_lost_connection_is_worth_a_restart() -> None:
    assert isinstance(reason_to_end(KafkaConnectionError("gone")), Restart)


def test_a_defect_is_told_by_its_type_and_place_and_never_by_its_words() -> None:
    reason = str(reason_to_end(defect()))
    assert "ValueError in " in reason
    assert "test_failures:" in reason
    assert "7946" not in reason
