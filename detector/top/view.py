"""The figures on a terminal, and as lines for scripts."""

from collections.abc import Iterator, Mapping

from rich.console import Group
from rich.table import Table
from rich.text import Text

from detector.monitoring.exposition import Change
from detector.pipeline import PROMISE_SECONDS
from detector.top.asking import Reading
from detector.top.figures import Figures, figures

PROMISED_SHARE = 0.99
_OLD_SECONDS = 10.0
_BUSY = 0.9
_BRAKE = 0.5


def screen(reading: Reading) -> Group:
    """All of it, for a person."""
    troubles = [Text(f"{url} {trouble}", "yellow") for url, trouble in reading.troubles.items()]
    if not reading.changes:
        return Group(*troubles)
    return Group(_overview(figures(list(reading.changes.values()))), Text(), _workers(reading.changes), *troubles)


def lines(now: Figures) -> Iterator[str]:
    """One figure a line, `name value` as Prometheus writes it; what cannot be told is NaN."""
    yield from (
        f"{name} {_plain(value)}"
        for name, value in (
            ("verdicts_per_second", now.verdicts),
            ("fraud_share", now.fraud_share),
            ("tombstones_per_second", now.tombstones),
            ("latency_p50_seconds", now.p50),
            ("latency_p99_seconds", now.p99),
            ("inside_promise_share", now.inside_promise),
            ("lag_records", now.lag_records),
            ("lag_seconds", now.lag_seconds),
            ("in_flight_records", now.in_flight),
            ("workers_paused", now.paused),
            ("assigned_partitions", now.partitions),
            ("batch_windows", now.batch_windows),
            ("padding_share", now.padding),
            ("cleared_share", now.cleared),
            ("tokens_per_second", now.tokens),
            ("rebalances", now.rebalances),
            ("rolled_back_per_second", now.rolled_back),
            ("brake_fill_ratio", now.brake),
        )
    )
    yield from (f'utilisation{{part="{part}"}} {_plain(share)}' for part, share in now.utilisation.items())
    yield from (f'dead_letters_per_second{{reason="{each}"}} {_plain(rate)}' for each, rate in now.dead_letters.items())
    yield from (f'workers{{model="{model}"}} {count}' for model, count in now.models.items())


def _overview(now: Figures) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    grid.add_row("promise", _promise(now))
    grid.add_row(
        "verdicts", f"{now.verdicts:.1f}/s, {_share(now.fraud_share)} Fraud, {now.tombstones:.1f}/s tombstones"
    )
    grid.add_row("lag", _lag(now))
    grid.add_row("dead letters", _dead_letters(now))
    grid.add_row(
        "model",
        f"{_number(now.batch_windows)} windows a batch, {_share(now.cleared)} cleared early, "
        f"{_share(now.padding)} padding, {now.tokens:.0f} tokens/s",
    )
    grid.add_row("at work", _utilisation(now))
    grid.add_row("deliveries", _alarming(f"{now.rolled_back:.1f}/s rolled back", alarming=now.rolled_back > 0))
    grid.add_row("group", f"{now.partitions:.0f} partitions, {now.rebalances:.0f} rebalances in the interval")
    models = ", ".join(f"{model} ({count})" for model, count in now.models.items()) or "none told"
    grid.add_row("judged by", _alarming(models, alarming=len(now.models) > 1))
    return grid


def _promise(now: Figures) -> Text:
    kept = now.inside_promise
    said = f"{_share(kept)} within {PROMISE_SECONDS * 1000:.0f} ms, p50 {_time(now.p50)}, p99 {_time(now.p99)}"
    return _alarming(said, alarming=kept is not None and kept < PROMISED_SHARE)


def _lag(now: Figures) -> Text:
    said = (
        f"{now.lag_records:.0f} records, the oldest in hand {_time(now.lag_seconds)} old; {now.in_flight:.0f} in flight"
    )
    if now.paused:
        said += f", {now.paused} paused for want of memory"
    return _alarming(said, alarming=now.lag_seconds > _OLD_SECONDS or now.paused > 0)


def _dead_letters(now: Figures) -> Text:
    rates = ", ".join(f"{reason} {rate:.1f}/s" for reason, rate in now.dead_letters.items()) or "none"
    return _alarming(f"{rates}; brake at {_share(now.brake)}", alarming=now.brake > _BRAKE)


def _utilisation(now: Figures) -> Text:
    said = Text()
    for part, share in now.utilisation.items():
        said.append_text(_alarming(f"{part} {_share(share)}  ", alarming=share > _BUSY))
    return said


def _workers(changes: Mapping[str, Change]) -> Table:
    shown = Table(box=None, padding=(0, 2), header_style="dim", pad_edge=False)
    for name in ("worker", "verdicts/s", "p99", "inside", "lag", "score busy"):
        shown.add_column(name, justify="left" if name == "worker" else "right", no_wrap=name != "worker")
    for url, change in changes.items():
        own = figures([change])
        shown.add_row(
            url,
            f"{own.verdicts:.1f}",
            _time(own.p99),
            _share(own.inside_promise),
            f"{own.lag_records:.0f}",
            _share(own.utilisation["score"]),
        )
    return shown


def _alarming(said: str, *, alarming: bool) -> Text:
    return Text(said, "bold red" if alarming else "")


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _plain(value: float | None) -> str:
    return "NaN" if value is None else f"{value:.6g}"
