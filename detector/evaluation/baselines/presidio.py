"""Microsoft Presidio's recognizers for telephone numbers, e-mail addresses and URLs, without an NLP engine.

They are called as they are: an engine would add names and places, which are no leaks, and raise scores by context words.
"""

from collections.abc import Sequence
from typing import Any

from detector.evaluation.extras import optional
from detector.evaluation.judging import Judge
from detector.scoring import RECOGNISER, Span

REGIONS = (
    *("US", "CA", "MX", "BR", "AR", "CL", "CO"),
    *("GB", "IE", "FR", "BE", "CH", "DE", "AT", "NL", "IT", "ES", "PT", "HR", "GR", "PL", "CZ", "SE", "NO", "DK"),
    *("RU", "TR", "AE", "ZA", "MA", "IN", "TH", "ID", "CN", "JP", "KR", "AU", "NZ"),
)
"""Where a number without a country code is tried: the countries that listings come from."""

_CATEGORIES = {"PHONE_NUMBER": "phone", "EMAIL_ADDRESS": "email", "URL": "url"}


def presidio_judge() -> Judge:
    """1 if any recognizer finds anything, whatever its score: for numbers Presidio itself never says more than 0.4."""
    recognizers = _recognizers()

    def judge(text: str) -> tuple[float, Sequence[Span]]:
        found = [
            result
            for entity, recognizer in recognizers.items()
            for result in recognizer.analyze(text=text, entities=[entity], nlp_artifacts=None) or ()
        ]
        spans = [
            Span(_CATEGORIES[result.entity_type], result.start, result.end, float(result.score), (RECOGNISER,))
            for result in found
        ]
        return float(bool(spans)), spans

    return judge


def _recognizers() -> dict[str, Any]:
    library = optional("presidio_analyzer.predefined_recognizers", "the Presidio baseline")
    extract = optional("tldextract", "the Presidio baseline").TLDExtract(suffix_list_urls=())
    email = library.EmailRecognizer()
    # Its own check would fetch the public suffix list from the network; the list that tldextract brings is as good.
    email.validate_result = lambda pattern_text: bool(extract(pattern_text).fqdn)
    return {
        "PHONE_NUMBER": library.PhoneRecognizer(supported_regions=REGIONS),
        "EMAIL_ADDRESS": email,
        "URL": library.UrlRecognizer(),
    }
