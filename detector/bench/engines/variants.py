"""What is compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from detector.settings import Delivery, Engine
from detector.settings.model import PREFIX


class Model(StrEnum):
    """What judges: the bundle that is shipped, or nothing, so that the engine alone is seen."""

    SHIPPED = "shipped"
    NONE = "none"


class Variant(StrEnum):
    """An engine with a guarantee; `faust-take` is Faust's own way to make batches."""

    KAFKA_EXACTLY_ONCE = "kafka-exactly-once"
    KAFKA_AT_LEAST_ONCE = "kafka-at-least-once"
    FAUST = "faust"
    FAUST_TAKE = "faust-take"

    @property
    def engine(self) -> Engine:
        """Which engine it runs on."""
        return Engine.FAUST if self in {Variant.FAUST, Variant.FAUST_TAKE} else Engine.KAFKA

    @property
    def delivery(self) -> Delivery:
        """What it promises."""
        return Delivery.EXACTLY_ONCE if self is Variant.KAFKA_EXACTLY_ONCE else Delivery.AT_LEAST_ONCE


@dataclass(frozen=True, slots=True)
class Take:
    """Faust's `noack_take(count, within)`: a batch is full, or a timer that runs on and on has come round again."""

    count: int = 32
    within_ms: float = 10.0

    def __str__(self) -> str:
        return f"take {self.count}, {self.within_ms:g} ms"


def title(variant: Variant, take: Take) -> str:
    """What the variant is called in a table."""
    return f"{variant.engine}, {take}" if variant is Variant.FAUST_TAKE else str(variant.engine)


def environment(variant: Variant, take: Take) -> Mapping[str, str]:
    """The settings that make a worker of the variant."""
    settings = {f"{PREFIX}ENGINE": str(variant.engine), f"{PREFIX}DELIVERY": str(variant.delivery)}
    if variant is Variant.FAUST_TAKE:
        settings |= {f"{PREFIX}FAUST_TAKE": str(take.count), f"{PREFIX}FAUST_WITHIN_MS": f"{take.within_ms:g}"}
    return settings
