"""Every setting of the product: its name, meaning, default and bounds in one place.

The README's settings table is generated from this class.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from detector.batching import BatchPolicy
from detector.deadletters import BrakePolicy
from detector.events import DEFAULT_MAX_BYTES, EventKind
from detector.model.backends import BackendName
from detector.model.threads import usable_cpus
from detector.offenders import DEFAULT_RULES, EscalationPolicy, parse_rules
from detector.pipeline import PipelinePolicy

PREFIX = "DETECTOR_"


class Delivery(StrEnum):
    """What the worker promises when it is killed in mid-work."""

    EXACTLY_ONCE = "exactly-once"
    AT_LEAST_ONCE = "at-least-once"


class Engine(StrEnum):
    """What moves the records between Kafka and the pipeline."""

    KAFKA = "kafka"
    FAUST = "faust"


class LogFormat(StrEnum):
    """How log lines look on standard error."""

    JSON = "json"
    CONSOLE = "console"


Positive = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=0)]
QuietHours = Annotated[int, Field(ge=0, le=30 * 24)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Milliseconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Probability = Annotated[float, Field(ge=0, le=1)]
Port = Annotated[int, Field(ge=0, le=65535)]
ApiKeys = Annotated[tuple[SecretStr, ...], NoDecode]
SHORTEST_API_KEY = 16
PASSED_ON = ("kafka", "schema_registry", "provider")
"""Settings that hold the properties of a library, each a variable of its own."""


class Settings(BaseSettings):
    """Set by a flag, else by an environment variable `DETECTOR_<NAME>`, else in `.env`, else the default."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
    )

    bootstrap_servers: str = Field("localhost:9092", description="Kafka brokers, host:port, comma-separated.")
    group: str = Field("contact-leak-detector", description="Consumer group; workers of one group share the load.")
    instance: str | None = Field(
        None,
        description="Stable name of this worker, unique in the group (such as the pod's name). "
        "By default the host's name and the first free slot on it.",
    )
    listing_topic: str = Field("listing-updates", description="Topic of listing updates.")
    booking_topic: str = Field("bookings", description="Topic of booking messages.")
    verdict_topic: str = Field("verdicts", description="Topic that verdicts are written to.")
    dead_letter_topic: str = Field("dead-letters", description="Topic for what cannot be judged.")
    feedback_topic: str = Field("feedback", description="Topic for what people say of verdicts in the console.")
    engine: Engine = Field(
        Engine.KAFKA,
        description="What moves the records: `kafka`, or `faust` (extra of that name), which promises at-least-once.",
    )
    delivery: Delivery | None = Field(
        None,
        description="`exactly-once` (Kafka transactions) or `at-least-once`. By default the most that the engine can "
        "promise.",
    )
    kafka: dict[str, SecretStr] = Field(
        default_factory=dict,
        description="Any librdkafka property for every client. `DETECTOR_KAFKA__SECURITY_PROTOCOL=SASL_SSL` sets "
        "`security.protocol`; the flag is `--kafka security.protocol=SASL_SSL`. Values are never printed.",
    )
    schema_registry: dict[str, SecretStr] = Field(
        default_factory=dict,
        description="Any property of Confluent's registry client (extra `registry`). "
        "`DETECTOR_SCHEMA_REGISTRY__URL=https://registry:8081` switches to Schema Registry's wire format, "
        "`DETECTOR_SCHEMA_REGISTRY__BASIC_AUTH_USER_INFO=user:password` logs in. Values are never printed.",
    )
    schema_registry_register: bool = Field(
        False,
        description="Register the schemas at start; without, `detector schemas register` does, as a step of a deployment.",
    )
    bundle: Path | None = Field(None, description="Folder of the model bundle; by default the one in `models/`.")
    backend: BackendName = Field(
        BackendName.ONNXRUNTIME,
        description="What runs the model: `onnxruntime`, `openvino` (extra of that name), or `cuda` and `tensorrt` on a GPU "
        "(extra `gpu`, see docs/gpu.md).",
    )
    first_stage: bool = Field(
        True,
        description="Clear plainly clean windows at a glance or by the model's first layers, where the bundle has such a "
        "stage; `false` has the whole model read every window. On a GPU it always does.",
    )
    provider: dict[str, str] = Field(
        default_factory=dict,
        description="Any option of ONNX Runtime's provider for the backends `cuda` and `tensorrt`, any property of "
        "OpenVINO's CPU device for `openvino`: `DETECTOR_PROVIDER__TRT_FP16_ENABLE=0`, "
        "`--provider inference_precision_hint=bf16`.",
    )
    threads: Positive | None = Field(
        None, description="Threads of the model; by default the processors that this process may use."
    )
    listing_threshold: Probability | None = Field(
        None,
        description="Probability from which a listing update is Fraud; by default the bundle's. Its manifest holds the "
        "curve of precision, recall and false alarms.",
    )
    booking_threshold: Probability | None = Field(
        None, description="Probability from which a booking message is Fraud; by default the bundle's."
    )
    max_event_bytes: Positive = Field(DEFAULT_MAX_BYTES, description="Larger events become dead letters.")
    batch_max_items: Positive = Field(32, description="Most windows in one run of the model.")
    batch_max_tokens: Positive = Field(2048, description="Most padded tokens in one run of the model.")
    batch_max_age_ms: Milliseconds = Field(
        5.0, description="Longest wait for company while the model is busy; a free model never waits."
    )
    batch_max_run_ms: Milliseconds = Field(
        40.0,
        description="Longest that a run of several windows should take, by what was learnt from the runs before: whatever "
        "comes meanwhile waits for its end.",
    )
    cache_windows: Count = Field(
        20_000,
        description="Windows whose scores are kept, so that a text that comes again is not read by the model again; 0 keeps "
        "none.",
    )
    faust_take: Positive = Field(
        1,
        description="Engine `faust`: events an agent takes at once. For more than one, Faust's own timer decides when.",
    )
    faust_within_ms: Annotated[float, Field(gt=0, allow_inf_nan=False)] = Field(
        10.0, description="Engine `faust`: the period of that timer."
    )
    in_flight_records: Positive = Field(2000, description="Most records in memory between reading and delivery.")
    in_flight_bytes: Positive = Field(64 * 1024 * 1024, description="The same in bytes; reading pauses beyond it.")
    brake_consecutive: Positive = Field(100, description="Stop after so many dead letters in a row.")
    brake_share: Annotated[float, Field(gt=0, le=1)] = Field(
        0.5, description="Stop when more than this share of recent records are dead letters."
    )
    brake_window: Positive = Field(1000, description="How many recent records that share is taken of.")
    shutdown_seconds: Seconds = Field(25.0, description="Budget of a clean stop (SIGTERM): drain, commit, leave.")
    revoke_seconds: Seconds = Field(10.0, description="Budget for giving partitions up in a rebalance.")
    transaction_timeout_seconds: Seconds = Field(
        30.0, description="The broker aborts a transaction left open by a dead worker after this long."
    )
    metrics_host: str = Field("0.0.0.0", description="Address of /metrics, /healthz and /readyz.")  # noqa: S104
    metrics_port: Port = Field(9464, description="Port of the same; 0 picks a free one.")
    traces: bool = Field(
        False,
        description="Send OpenTelemetry traces (extra `otel`); where to is told by the standard `OTEL_*` variables.",
    )
    traces_share: Annotated[float, Field(ge=0, le=1)] = Field(
        0.1,
        description="Share of traces kept of events that bring no trace context; the others follow their producer's.",
    )
    escalation_topic: str = Field("escalations", description="Topic that `detector escalate` writes to.")
    escalation_group: str = Field(
        "contact-leak-escalations",
        description="Name of the app that finds repeat offenders: its consumer group, and what its own topics start with.",
    )
    escalation_rules: str = Field(
        DEFAULT_RULES,
        description="When an offender is escalated: `name: N violations [on M listings] in Wh`, divided by semicolons; "
        "windows are hours or days, at most 30d.",
    )
    escalation_quiet_hours: QuietHours = Field(
        24, description="How long a rule stays silent about an offender for whom it was reported."
    )
    escalation_standbys: Count = Field(1, description="Workers that keep a warm copy of each offender's state.")
    escalation_host: str = Field("127.0.0.1", description="Address of the read-only view of offenders.")
    escalation_port: Port = Field(9465, description="Port of the same; 0 picks a free one.")
    http_host: str = Field(
        "127.0.0.1", description="Address of `detector serve`; one that others reach takes API keys."
    )
    http_port: Port = Field(8080, description="Port of the same; 0 picks a free one.")
    http_deadline_ms: Annotated[float, Field(gt=0, allow_inf_nan=False)] = Field(
        250.0, description="A verdict that takes longer is not given; the answer is 503 then."
    )
    http_max_body_bytes: Positive = Field(256 * 1024, description="Larger requests are refused with 413.")
    http_max_events: Positive = Field(32, description="Most events in one request; longer lists are refused with 422.")
    http_max_waiting: Positive = Field(
        128, description="Most events judged at a time; beyond it requests are refused with 503 at once."
    )
    http_open: bool = Field(
        False, description="Serve an address that others reach without any API key, because something else guards it."
    )
    console: bool = Field(
        True,
        description="`detector serve` has the analyst's console: its page, the feed of verdicts, dead letters, feedback.",
    )
    console_texts: bool = Field(
        False, description="The console shows the texts that verdicts are about, to whoever has a key."
    )
    api_keys: ApiKeys = Field(
        default_factory=tuple,
        description="Keys that open the API, comma-separated, of 16 characters or more; with none it is open. Only as a "
        "variable, never as a flag; values are never printed.",
    )
    log_level: Annotated[str, Field(pattern=r"^(?i:debug|info|warning|error)$")] = Field(
        "info", description="debug, info, warning or error."
    )
    log_format: LogFormat = Field(LogFormat.JSON, description="`json` or `console`.")

    @property
    def promise(self) -> Delivery:
        """What is promised of each verdict: what was asked for, else the most that the engine can give."""
        best = Delivery.AT_LEAST_ONCE if self.engine is Engine.FAUST else Delivery.EXACTLY_ONCE
        return self.delivery or best

    @model_validator(mode="after")
    def _no_more_than_the_engine_can_promise(self) -> Self:
        if self.engine is Engine.FAUST and self.delivery is Delivery.EXACTLY_ONCE:
            raise ValueError("the engine faust cannot deliver exactly once, take at-least-once or the engine kafka")
        return self

    @field_validator("provider", mode="before")
    @classmethod
    def _as_option_names(cls, value: object) -> object:
        """ONNX Runtime's options are in small letters; OpenVINO's, in capitals, are told apart by no letter's size."""
        return {str(name).lower(): str(option) for name, option in value.items()} if isinstance(value, dict) else value

    @field_validator("kafka", "schema_registry", mode="before")
    @classmethod
    def _as_property_names(cls, value: object) -> object:
        """`SECURITY_PROTOCOL`, as an environment variable must write it, is `security.protocol`."""
        if not isinstance(value, dict):
            return value
        return {str(name).lower().replace("_", "."): str(setting) for name, setting in value.items()}

    @field_validator("schema_registry")
    @classmethod
    def _with_an_address(cls, properties: dict[str, SecretStr]) -> dict[str, SecretStr]:
        urls = properties["url"].get_secret_value().split(",") if "url" in properties else []
        if properties and not all(url.strip().startswith(("https://", "http://", "mock://")) for url in urls or [""]):
            raise ValueError("the property url is needed, and begins with https:// or http://")
        return properties

    @field_validator("api_keys", mode="before")
    @classmethod
    def _divided_by_commas(cls, value: object) -> object:
        return [key for each in value.split(",") if (key := each.strip())] if isinstance(value, str) else value

    @field_validator("api_keys")
    @classmethod
    def _hard_to_guess(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(key.get_secret_value()) < SHORTEST_API_KEY or not key.get_secret_value().isascii() for key in keys):
            raise ValueError(f"each key has {SHORTEST_API_KEY} characters or more, all ASCII")
        return keys

    @model_validator(mode="after")
    def _room_for_a_whole_request(self) -> Self:
        if self.http_max_events > self.http_max_waiting:
            raise ValueError("http_max_events is more than http_max_waiting, so a full request would never be taken")
        return self

    @field_validator("escalation_rules")
    @classmethod
    def _rules_that_can_be_read(cls, rules: str) -> str:
        parse_rules(rules)
        return rules

    @property
    def escalation_policy(self) -> EscalationPolicy:
        """The rules as `detector escalate` applies them."""
        return EscalationPolicy(parse_rules(self.escalation_rules), self.escalation_quiet_hours * 60 * 60 * 1000)

    @property
    def _lanes(self) -> int:
        """How many windows the backend reads side by side: ONNX Runtime's on the CPU one for each thread."""
        return (self.threads or usable_cpus()) if self.backend is BackendName.ONNXRUNTIME else 1

    @property
    def pipeline_policy(self) -> PipelinePolicy:
        """What the core needs to know."""
        return PipelinePolicy(
            kinds={
                self.listing_topic: EventKind.LISTING_UPDATE,
                self.booking_topic: EventKind.BOOKING,
            },
            max_event_bytes=self.max_event_bytes,
            batch=BatchPolicy(
                self.batch_max_items,
                self.batch_max_tokens,
                self.batch_max_age_ms / 1000,
                self.batch_max_run_ms / 1000,
                lanes=self._lanes,
            ),
            brake=BrakePolicy(self.brake_consecutive, self.brake_share, self.brake_window),
            cache_windows=self.cache_windows,
            reads_frames=bool(self.schema_registry),
        )
