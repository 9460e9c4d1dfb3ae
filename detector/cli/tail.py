"""`detector tail`: verdicts as they come."""

from itertools import islice
from typing import Annotated

import typer
from confluent_kafka import Message
from rich.console import Console
from rich.text import Text

from detector.cli.options import CLUSTER, with_settings
from detector.framing import payload_of
from detector.operations.reading import follow
from detector.settings import Settings
from detector.terminal import headline
from detector.verdicts import Label, Verdict


@with_settings(*CLUSTER, "verdict_topic")
def tail(
    settings: Settings,
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="Start with the oldest verdict.")] = False,
    fraud_only: Annotated[
        bool, typer.Option("--fraud-only", help="Leave NonFraud verdicts and tombstones out.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many.")] = None,
    json: Annotated[bool, typer.Option("--json", help="The verdicts' own JSON, one per line.")] = False,
) -> None:
    """Show committed verdicts, one line each, until Ctrl-C.

    Label, score, what was judged, evidence as category@attribute[start:end], and the record it came from.

        detector tail --fraud-only --from-beginning
    """
    console = Console(soft_wrap=True)
    shown = (
        line
        for message in follow(settings, settings.verdict_topic, from_beginning=from_beginning)
        if (line := _line(message, fraud_only=fraud_only, json=json)) is not None
    )
    try:
        for line in islice(shown, limit):
            console.print(line, highlight=False)
    except KeyboardInterrupt:
        return


def _line(message: Message, *, fraud_only: bool, json: bool) -> Text | None:
    value = message.value()
    if value is None:
        key = (message.key() or b"").decode(errors="replace")
        return None if fraud_only or json else Text(f"tombstone {key}", "dim")
    json_value = payload_of(value)
    verdict = Verdict.model_validate_json(json_value)
    if fraud_only and verdict.score_details.label is not Label.FRAUD:
        return None
    return Text(json_value.decode()) if json else _readable(verdict)


def _readable(verdict: Verdict) -> Text:
    line = headline(verdict)
    about = verdict.listing_id or verdict.booking_id or verdict.transaction_context.transaction_id
    line.append(f"  {verdict.model_segment.lower()} {about}")
    for each in verdict.score_details.evidence:
        line.append(f"  {each.category}@{each.attribute}[{each.start}:{each.end}]", "cyan")
    source = verdict.source
    line.append(f"  {source.topic}/{source.partition}/{source.offset}", "dim")
    return line
