"""What the console needs, on the settings' cluster."""

from detector.clock import Clock
from detector.engines.http.console.ports import Ports
from detector.operations.console.events import KafkaEvents
from detector.operations.console.feedback import KafkaFeedback
from detector.operations.console.lag import KafkaLag
from detector.operations.console.letters import KafkaDeadLetters
from detector.operations.console.verdicts import KafkaVerdicts
from detector.settings import Settings


def kafka_ports(settings: Settings, clock: Clock) -> Ports:
    """All of them; each has connections of its own, once it needs them."""
    return Ports(
        verdicts=KafkaVerdicts(settings),
        lag=KafkaLag(settings, clock),
        events=KafkaEvents(settings),
        dead_letters=KafkaDeadLetters(settings),
        feedback=KafkaFeedback(settings),
    )
