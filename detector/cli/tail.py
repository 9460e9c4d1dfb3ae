"""`detector tail`: read verdicts as they come."""

import json
from collections.abc import Iterator
from typing import Annotated

import typer
from confluent_kafka import Consumer
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

from detector.cli.cluster import Cluster, assigned, raise_for
from detector.cli.options import CLUSTER, with_settings
from detector.cli.showing import CATEGORY_STYLES, label_and_score
from detector.engines.kafka.reader import as_record
from detector.records import Record
from detector.settings import Settings
from detector.verdicts import Label, Verdict
from detector.wire import SOURCE

TURN_SECONDS = 0.2


@with_settings(*CLUSTER, "verdict_topic")
def tail(  # noqa: PLR0913 - each is a flag
    settings: Settings,
    *,
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="Start with the oldest verdict instead of the next.")
    ] = False,
    fraud_only: Annotated[
        bool, typer.Option("--fraud-only", help="Leave out NonFraud verdicts and tombstones.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="End after so many lines.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Verdicts as they are written, one JSON line each.")] = False,
) -> None:
    """Show verdicts as they come, one line each, until Ctrl-C.

    A line holds the label, the score, the kind, the listing or booking, the evidence as category@attribute[start:end],
    the record that was judged, and how long after the event's own time the verdict was written. Only committed verdicts
    are shown; no consumer group is joined and nothing is committed.

        detector tail --fraud-only
        detector tail --from-beginning --limit 100 --json > verdicts.jsonl

    Ends with 0 after --limit lines or Ctrl-C, with 1 if no broker answers, with 2 without the topic.
    """
    cluster = Cluster(settings)
    partitions = cluster.partitions(settings.verdict_topic)
    reader = cluster.reader(**{"group.id": f"{settings.group}-tail"})
    console = Console(soft_wrap=True, highlight=False)
    shown = 0
    try:
        assigned(reader, settings.verdict_topic, partitions, from_beginning=from_beginning)
        for record in _records(reader):
            verdict = verdict_of(record)
            if fraud_only and (verdict is None or verdict.score_details.label is not Label.FRAUD):
                continue
            if as_json:
                typer.echo(json_line(record))
            else:
                console.print(line_of(record, verdict))
            shown += 1
            if shown == limit:
                return
    except KeyboardInterrupt:
        return
    finally:
        reader.close()


def _records(reader: Consumer) -> Iterator[Record]:
    while True:
        message = reader.poll(TURN_SECONDS)
        if message is None:
            continue
        error = message.error()
        if error is not None:
            raise_for(error)
            continue
        yield as_record(message)


def verdict_of(record: Record) -> Verdict | None:
    """The verdict, or None for a tombstone and for what is none."""
    try:
        return None if record.value is None else Verdict.model_validate_json(record.value)
    except ValidationError:
        return None


def json_line(record: Record) -> str:
    """A verdict as it was written; a tombstone as an object that says so."""
    if record.value is not None:
        return record.value.decode(errors="replace")
    return json.dumps({"tombstone": True, "key": _text(record.key), "source": _source(record)})


def line_of(record: Record, verdict: Verdict | None) -> Text:
    """One line for a person."""
    if verdict is None:
        what = "tombstone" if record.value is None else "not a verdict"
        return Text(f"{what:<16} {_text(record.key)}  {_source(record)}", "dim")
    line = label_and_score(verdict)
    line.append(f" {verdict.model_segment:<7} {verdict.listing_id or verdict.booking_id or '-'} ")
    for each in verdict.score_details.evidence:
        place = f"{each.category}@{each.attribute}[{each.start}:{each.end}]"
        line.append(" ").append(place, CATEGORY_STYLES.get(each.category, "reverse"))
    source = verdict.source
    line.append(f"  {source.topic}/{source.partition}/{source.offset}", "dim")
    if verdict.event_time is not None and record.timestamp_ms is not None:
        line.append(f"  {record.timestamp_ms - verdict.event_time.timestamp() * 1000:.0f} ms", "dim")
    return line


def _source(record: Record) -> str:
    named = dict(record.headers).get(SOURCE)
    (topic, partition), offset = record.position
    return _text(named) if named else f"{topic}/{partition}/{offset}"


def _text(value: bytes | None) -> str:
    return "-" if value is None else value.decode(errors="replace")
