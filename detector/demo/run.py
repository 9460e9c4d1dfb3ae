"""The demo from start to end."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from rich.console import Console

from detector.demo.board import Board
from detector.demo.offenders import Offenders
from detector.demo.player import Player, topic_of
from detector.demo.script import Step
from detector.demo.stage import Broker, broker_with_topics
from detector.demo.summary import summary
from detector.demo.view import View
from detector.demo.watcher import Watcher
from detector.errors import DetectorError
from detector.operations.worker_process import WORKER, Worker

_ESCALATION_WAIT = 0.05


@dataclass(frozen=True, slots=True)
class Plan:
    """What to play, where and how fast; `environment` adds settings to the worker's own.

    `escalate` also runs `detector escalate` and shows what it tells of repeat offenders.
    """

    steps: Sequence[Step]
    broker: Broker = Broker.EMBEDDED
    rate: float = 8.0
    worker_command: Sequence[str] = WORKER
    environment: Mapping[str, str] = field(default_factory=dict)
    patience_seconds: float = 60.0
    escalate: bool = False


class Unanswered(DetectorError):
    """Events were played and nothing came out for so long that nothing will."""


def run_demo(plan: Plan, console: Console, began: float) -> None:
    """Plays the plan and shows what comes of it, and at the end, also at an early one, a summary.

    `began` is the monotonic time of the command's start. Raises `Unanswered`, or `WorkerFailed` when the worker ended
    before its time or in disorder. Broker and worker are gone when this returns or raises.
    """
    for step in plan.steps:
        topic_of(step)
    board = Board(plan.steps)
    first: list[float] = []
    try:
        with View(console, board) as view:
            _play(plan, board, view, first)
    finally:
        if board.done:
            console.print(
                summary(
                    board,
                    first[0] - began if first else None,
                    console.width,
                    colours=console.is_terminal and not console.no_color,
                )
            )


def _play(plan: Plan, board: Board, view: View, first: list[float]) -> None:
    with ExitStack() as stack:
        settings = stack.enter_context(broker_with_topics(plan.broker, view.note))
        view.note("Starting a worker: it loads its model")
        fetch = plan.broker.consumer_properties
        worker = stack.enter_context(Worker(plan.worker_command, settings, fetch, plan.environment))
        watcher = stack.enter_context(Watcher(settings, fetch))
        offenders = stack.enter_context(Offenders(settings, fetch, plan.environment)) if plan.escalate else None
        player = Player(settings, board, plan.rate)
        for seen in _answers(plan, board, view, player, watcher, worker, offenders):
            if not first:
                first.append(seen)
                view.note(f"Playing {len(plan.steps)} events, {plan.rate:g} per second")
        if offenders is not None:
            _await_escalations(plan, view, offenders)
        view.note("Stopping the worker")
        worker.stop()


def _await_escalations(plan: Plan, view: View, offenders: Offenders) -> None:
    view.note("Waiting for what is told of repeat offenders")
    give_up = time.monotonic() + plan.patience_seconds
    while not offenders.complete:
        if (escalation := offenders.next(_ESCALATION_WAIT)) is not None:
            view.escalated(escalation)
        if time.monotonic() > give_up:
            raise Unanswered(
                f"{len(offenders.recount.expected)} escalations should have come, {len(offenders.seen)} did."
            )
    offenders.stop()


def _answers(
    plan: Plan,
    board: Board,
    view: View,
    player: Player,
    watcher: Watcher,
    worker: Worker,
    offenders: Offenders | None,
) -> Iterator[float]:
    heard = time.monotonic()
    while not board.complete:
        completed = player.play(time.monotonic())
        if (answer := watcher.next(player.pause(time.monotonic()))) is not None:
            heard = answer[1]
            player.begin(heard)
            completed += board.answered(*answer)
            yield heard
        for each in completed:
            view.show(each)
            if offenders is not None:
                offenders.recount.count(each)
        if offenders is not None and (escalation := offenders.next(0)) is not None:
            view.escalated(escalation)
        worker.check()
        if time.monotonic() - heard > plan.patience_seconds:
            raise Unanswered(
                f"{len(board.missing)} of {len(board.steps)} events have no answer, and none came for "
                f"{plan.patience_seconds:g} s. {worker.last_words()}"
            )
