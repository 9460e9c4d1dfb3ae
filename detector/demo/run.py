"""The demo from start to end."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console

from detector.demo.board import Board
from detector.demo.player import Player, topic_of
from detector.demo.script import Step
from detector.demo.stage import Broker, broker_with_topics
from detector.demo.summary import summary
from detector.demo.view import View
from detector.demo.watcher import Watcher
from detector.errors import DetectorError
from detector.operations.worker_process import WORKER, Worker


@dataclass(frozen=True, slots=True)
class Plan:
    """What to play, where and how fast; `environment` adds settings to the worker's own."""

    steps: Sequence[Step]
    broker: Broker = Broker.EMBEDDED
    rate: float = 8.0
    worker_command: Sequence[str] = WORKER
    environment: Mapping[str, str] = field(default_factory=dict)
    patience_seconds: float = 60.0


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
    with broker_with_topics(plan.broker, view.note) as settings:
        view.note("Starting a worker: it loads its model")
        fetch = plan.broker.consumer_properties
        with (
            Worker(plan.worker_command, settings, fetch, plan.environment) as worker,
            Watcher(settings, fetch) as watcher,
        ):
            player = Player(settings, board, plan.rate)
            for seen in _answers(plan, board, view, player, watcher, worker):
                if not first:
                    first.append(seen)
                    view.note(f"Playing {len(plan.steps)} events, {plan.rate:g} per second")
            view.note("Stopping the worker")
            worker.stop()


def _answers(plan: Plan, board: Board, view: View, player: Player, watcher: Watcher, worker: Worker) -> Iterator[float]:
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
        worker.check()
        if time.monotonic() - heard > plan.patience_seconds:
            raise Unanswered(
                f"{len(board.missing)} of {len(board.steps)} events have no answer, and none came for "
                f"{plan.patience_seconds:g} s. {worker.last_words()}"
            )
