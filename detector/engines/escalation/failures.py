"""The error to end with when Faust gave up, in words that say what to do next."""

from types import TracebackType

from aiokafka.errors import BrokerResponseError
from confluent_kafka import KafkaError
from faust.exceptions import ProducerSendError

from detector.engines.kafka.failures import stop_reason
from detector.errors import DetectorError, Restart


def reason_to_end(failure: BaseException) -> DetectorError:
    """Ours as it is. Of others the type and the place alone, since their words may quote a record.

    aiokafka numbers the broker's errors as the protocol does, so what one client's mean holds for the other's.
    """
    if isinstance(failure, ProducerSendError) and failure.__cause__ is not None:
        failure = failure.__cause__
    if isinstance(failure, DetectorError):
        return failure
    if isinstance(failure, BrokerResponseError) and (reason := stop_reason(KafkaError(failure.errno))) is not None:
        return reason
    return Restart(
        f"Faust gave up ({type(failure).__name__}{_place(failure.__traceback__)}). Start it again: it goes on where it had "
        "committed."
    )


def _place(trace: TracebackType | None) -> str:
    """Where it was raised, as ` in module:line`."""
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f" in {trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
