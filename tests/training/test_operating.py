"""How a finished bundle is judged: everyday texts are told apart from those that tempt."""

import numpy as np

from detector.model.manifest import Thresholds
from detector.training.examples import Example, Mark
from detector.training.operating import alarmed


def test_everyday_texts_that_are_called_are_counted_by_the_threshold_of_their_kind() -> None:
    called = {
        Example("message", "de", "Wir kommen um acht."): 0.6,
        Example("message", "fr", "Le lit est petit."): 0.4,
        Example("listing", "de", "Zwei Zimmer."): 0.6,
        Example("message", "es", "Codigo 4471.", hard=("N01",)): 0.9,
        Example("message", "it", "Chiami il 471.", (Mark(10, 13, "phone", "P01"),)): 0.9,
    }
    figures = alarmed(list(called), np.array(list(called.values())), Thresholds(LISTING_UPDATE=0.9, BOOKING=0.5))
    assert figures == {"texts": 3, "languages": 2, "called": 1}
