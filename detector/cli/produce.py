"""`detector produce`: put events from a file on their topics."""

from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Annotated

import typer
from confluent_kafka import KafkaError, KafkaException, Message, Producer
from rich.console import Console

from detector.cli.cluster import ANSWER_SECONDS, Cluster
from detector.cli.files import STDIN, opened
from detector.cli.options import CLUSTER, TOPICS, with_settings
from detector.cli.pacing import Pace
from detector.cli.routing import Routed, route
from detector.cli.showing import count_lines, progress_for
from detector.clock import SystemClock
from detector.engines.kafka.failures import stop_reason
from detector.errors import DetectorError, Misconfigured, Retry
from detector.settings import Settings

FLUSH_SECONDS = 30.0


@with_settings(*CLUSTER, *TOPICS)
def produce(
    settings: Settings,
    file: Annotated[str, typer.Argument(help="Events as JSON lines; - is standard input.")],
    topic: Annotated[
        str | None, typer.Option(help="Put every line on this topic, whatever its eventType says.")
    ] = None,
    rate: Annotated[float | None, typer.Option(min=0.001, help="Events a second, evenly spaced; else at once.")] = None,
) -> None:
    """Put events from a file or a pipe on the input topics: one record per line that is not blank.

    eventType decides the topic (BOOKING, else the listing topic); the key is the listing's, the booking's or the
    transaction's id. Nothing is validated, so a bad event can be sent on purpose:

        detector produce events.jsonl --rate 50

    Ends with 0 when the cluster has confirmed every record, with 1 if it did not, with 2 if it refused one for good.
    """
    cluster = Cluster(settings)
    cluster.metadata()
    with ExitStack() as stack:
        source = stack.enter_context(opened(file))
        shown = stack.enter_context(progress_for("producing", count_lines(file), shown=file != STDIN))
        written = write(cluster.writer(), (route(line, settings, topic) for line in _lines(shown(source))), rate)
    where = ", ".join(f"{count} to {name}" for name, count in sorted(written.items()))
    Console(stderr=True, highlight=False).print(
        f"{written.total()} records written" + (f": {where}." if where else ".")
    )


def write(producer: Producer, records: Iterable[Routed], rate: float | None = None) -> Counter[str]:
    """Write the records in their order, evenly spaced; confirmed records by topic. Raises if any is not confirmed."""
    confirmed: Counter[str] = Counter()
    refused: list[KafkaError] = []

    def heard(error: KafkaError | None, message: Message) -> None:
        if error is None:
            confirmed[message.topic() or ""] += 1
        else:
            refused.append(error)

    pace = Pace(SystemClock(), rate)
    for number, record in enumerate(records):
        while (left := pace.wait(number)) > 0.0:
            producer.poll(left)
        _queue(producer, record, heard)
        producer.poll(0)
        if refused:
            break
    left_over = producer.flush(FLUSH_SECONDS)
    if refused:
        raise _failure(refused[0], confirmed.total())
    if left_over:
        raise Retry(
            f"{left_over} records were not confirmed within {FLUSH_SECONDS:g} s; they may have arrived all the same."
        )
    return confirmed


def _queue(producer: Producer, record: Routed, heard: object) -> None:
    while True:
        try:
            return producer.produce(record.topic, record.value, record.key, on_delivery=heard)  # type: ignore[arg-type]
        except BufferError:
            producer.poll(ANSWER_SECONDS)
        except KafkaException as error:
            raise _failure(error.args[0], 0) from None


def _failure(error: KafkaError, confirmed: int) -> DetectorError:
    before = f" {confirmed} records were written before."
    if error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
        return Misconfigured(f"a record is larger than its topic's max.message.bytes allows.{before}")
    return stop_reason(error) or Retry(f"a record was not written ({error.name()}).{before}")


def _lines(source: Iterable[bytes]) -> Iterable[bytes]:
    return (line.rstrip(b"\r\n") for line in source if line.strip())
