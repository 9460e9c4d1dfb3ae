"""What the workers do with their time, what troubles them, and what they find."""

from detector.monitoring.dashboard.panel import Panel, Query, Row
from detector.monitoring.dashboard.promql import JOB, MINE, RATE, quantile, rate

TIME = Row(
    "Where the time goes",
    (
        Panel(
            "Stages, p99",
            "decode, prepare, wait and aggregate per event or window, score per batch, deliver per transaction.",
            (Query(quantile(0.99, "detector_stage_seconds", "stage"), "{{stage}}"),),
            "s",
        ),
        Panel(
            "Utilisation",
            "Share of its time that each part was at work. score near 100 %: the model is the bottleneck.",
            (
                Query(
                    f"avg by (part) (rate(detector_busy_seconds_total{{{MINE}}}[{RATE}]))",
                    "{{part}}",
                ),
            ),
            "percentunit",
        ),
        Panel(
            "Tokens per second",
            "Read by the model, and computed for padding.",
            (
                Query(f"sum(rate(detector_tokens_total{{{MINE}}}[{RATE}]))", "read"),
                Query(
                    f"sum(rate(detector_padded_tokens_total{{{MINE}}}[{RATE}]))"
                    f" - sum(rate(detector_tokens_total{{{MINE}}}[{RATE}]))",
                    "padding",
                ),
            ),
            stacked=True,
        ),
        Panel(
            "Windows in a batch",
            "On average.",
            (
                Query(
                    f"sum(rate(detector_batch_windows_sum{{{MINE}}}[{RATE}]))"
                    f" / sum(rate(detector_batch_windows_count{{{MINE}}}[{RATE}]))",
                    "windows",
                ),
            ),
        ),
        Panel(
            "Padding",
            "Share of all computed tokens that is padding, and the mean share of a batch.",
            (
                Query(
                    f"1 - sum(rate(detector_tokens_total{{{MINE}}}[{RATE}]))"
                    f" / sum(rate(detector_padded_tokens_total{{{MINE}}}[{RATE}]))",
                    "of tokens",
                ),
                Query(
                    f"sum(rate(detector_batch_padding_share_sum{{{MINE}}}[{RATE}]))"
                    f" / sum(rate(detector_batch_padding_share_count{{{MINE}}}[{RATE}]))",
                    "of a batch",
                ),
            ),
            "percentunit",
        ),
        Panel(
            "Windows cleared early",
            "Share of the model's windows that its first stage cleared. A fall means more work for each window, as with a "
            "new kind of traffic, and explains a rise of latency. Always 0: the bundle has no first stage, or "
            "DETECTOR_FIRST_STAGE is off.",
            (
                Query(
                    f'sum(rate(detector_model_windows_total{{{MINE}, stage="first"}}[{RATE}]))'
                    f" / sum(rate(detector_model_windows_total{{{MINE}}}[{RATE}]))",
                    "cleared",
                ),
            ),
            "percentunit",
            most=1,
        ),
        Panel(
            "Windows known from before",
            "Share of windows whose score was kept from an earlier text, so that the model did not read them again.",
            (
                Query(
                    f'sum(rate(detector_cached_windows_total{{{MINE}, result="hit"}}[{RATE}]))'
                    f" / sum(rate(detector_cached_windows_total{{{MINE}}}[{RATE}]))",
                    "known",
                ),
            ),
            "percentunit",
            most=1,
        ),
        Panel(
            "Process",
            "Processors in use and memory.",
            (
                Query(f"rate(process_cpu_seconds_total{{{MINE}}}[{RATE}])", "{{instance}} processors"),
                Query(f"process_resident_memory_bytes{{{MINE}}} / 2 ^ 30", "{{instance}} GiB"),
            ),
        ),
    ),
)
TROUBLE = Row(
    "Trouble",
    (
        Panel(
            "Dead letters by reason",
            "Per second; reasons that do not occur are left out.",
            (Query(f"{rate('detector_dead_letters_total', 'kind, reason')} > 0", "{{kind}} {{reason}}"),),
            stacked=True,
        ),
        Panel(
            "Brake, by limit",
            "consecutive: dead letters in a row; share: of recent records. Half-way pages.",
            (Query(f"max by (limit) (detector_brake_fill_ratio{{{MINE}}})", "{{limit}}"),),
            "percentunit",
            limit=0.5,
            most=1,
        ),
        Panel(
            "Rolled back",
            "Deliveries that were rolled back and tried again, per second. A few during a rebalance are normal.",
            (Query(rate("detector_deliveries_total", "result", ', result="rolled-back"'), "{{result}}"),),
        ),
        Panel(
            "Clients replaced",
            "In the last hour: the cluster answered the old ones no more. Once after an outage is what it is for.",
            (Query(f"increase(detector_client_replacements_total{{{MINE}}}[1h])", "{{instance}}"),),
        ),
        Panel(
            "Clock skew",
            "Records with a timestamp in the future, per second.",
            (Query(rate("detector_clock_skew_total", "instance"), "{{instance}}"),),
        ),
        Panel(
            "Uptime",
            "Falls to nothing at each restart.",
            (Query(f"time() - process_start_time_seconds{{{MINE}}}", "{{instance}}"),),
            "s",
        ),
        Panel(
            "Deliveries",
            "Committed, per second.",
            (Query(rate("detector_deliveries_total", "instance", ', result="committed"'), "{{instance}}"),),
        ),
    ),
)
VERDICTS = Row(
    "Verdicts",
    (
        Panel(
            "Share of Fraud",
            "Of the last hour beside the last day. Drift alerts compare the two.",
            (
                Query(f"job_kind:detector_fraud:ratio_rate1h{{{JOB}}}", "{{kind}}, hour"),
                Query(f"job_kind:detector_fraud:ratio_rate1d{{{JOB}}}", "{{kind}}, day"),
            ),
            "percentunit",
        ),
        Panel(
            "Verdicts in the last hour",
            "What the hour's share is taken of.",
            (Query(f"job_kind:detector_verdicts:increase1h{{{JOB}}}", "{{kind}}"),),
        ),
        Panel(
            "Score distribution",
            "Calibrated probability of a leak.",
            (Query(rate("detector_score_bucket", "le"), "{{le}}"),),
            "percentunit",
            "heatmap",
        ),
        Panel(
            "Mean score",
            "Moves with what people write, or with the model.",
            (Query(f"{rate('detector_score_sum', 'kind')} / {rate('detector_score_count', 'kind')}", "{{kind}}"),),
            "percentunit",
        ),
        Panel(
            "Models",
            "Workers by model; more than one row is a roll-out.",
            (Query(f"count by (code, version, refresh) (detector_model_info{{{MINE}}})"),),
            kind="table",
        ),
        Panel(
            "Who runs",
            "Each worker's group, engine, guarantee and version.",
            (Query(f"count by (instance, group, engine, delivery, version) (detector_worker_info{{{MINE}}})"),),
            kind="table",
        ),
    ),
)
