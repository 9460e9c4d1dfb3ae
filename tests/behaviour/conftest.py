"""The bundle in `models/` as the judge of every behaviour test."""

import os
from functools import cache

import pytest

from detector.cli.models import default_bundle
from detector.errors import Misconfigured
from detector.evaluation.judging import bundle_judge
from detector.model.bundle import load_bundle
from tests.behaviour.judged import Shipped


@pytest.fixture(scope="module")
def shipped() -> Shipped:
    try:
        bundle = load_bundle(default_bundle())
    except Misconfigured as error:
        if os.environ.get("CI", "").lower() == "true":
            raise
        pytest.skip(str(error))
    return Shipped(cache(bundle_judge(bundle)), bundle.card.thresholds)
