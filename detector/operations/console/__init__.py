"""The console's side towards Kafka; `kafka_ports` makes it. Nothing connects before it is asked for something."""

from detector.operations.console.events import KafkaEvents
from detector.operations.console.feedback import KafkaFeedback
from detector.operations.console.lag import KafkaLag
from detector.operations.console.letters import KafkaDeadLetters
from detector.operations.console.ports import kafka_ports
from detector.operations.console.verdicts import KafkaVerdicts

__all__ = ["KafkaDeadLetters", "KafkaEvents", "KafkaFeedback", "KafkaLag", "KafkaVerdicts", "kafka_ports"]
