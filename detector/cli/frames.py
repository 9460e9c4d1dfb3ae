"""What stands before the JSON that a command writes: nothing, or a frame with the id that a Schema Registry gave."""

from collections.abc import Callable
from threading import Event

import structlog

from detector.errors import Misconfigured, Retry
from detector.framing import frame_of, id_in
from detector.registry.extras import require_client
from detector.registry.subjects import Subject, subjects
from detector.settings import Settings

log = structlog.get_logger()

RETRY_SECONDS = 0.5


def wait_for_frame(
    settings: Settings, subject_of: Callable[[Settings], Subject], stopping: Event, alive: Callable[[], None]
) -> bytes | None:
    """The frame of a subject's records, empty without a registry; None if told to stop first.

    Waits until the registry answers; `alive` is called once a turn. Raises `Misconfigured` if it refuses.
    """
    while not stopping.is_set():
        alive()
        try:
            frame = frame_for(settings, subject_of)
        except Retry as error:
            log.warning("schema registry not reachable yet", cause=str(error))
            stopping.wait(RETRY_SECONDS)
            continue
        if frame:
            log.info("writing in the wire format", schema_id=id_in(frame))
        return None if stopping.is_set() else frame
    return None


def frame_for(settings: Settings, subject_of: Callable[[Settings], Subject]) -> bytes:
    """The same, without waiting.

    Raises `Retry` if the registry cannot be reached, `Misconfigured` if it refuses or has not the very schema that this
    version writes.
    """
    if not settings.schema_registry:
        return b""
    require_client()
    from detector.registry import client, registering  # noqa: PLC0415 - an extra

    subject = subject_of(settings)
    with client.Registry(settings) as registry:
        if settings.schema_registry_register:
            for each in subjects(settings):
                registering.register(registry, each, dry_run=False)
        found = registry.find(subject)
    if found is None:
        raise Misconfigured(
            f"the Schema Registry has not under {subject.name} what this version writes: `detector schemas register` puts "
            "it there."
        )
    return frame_of(found.schema_id)
