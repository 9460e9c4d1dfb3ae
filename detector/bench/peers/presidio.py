"""Microsoft Presidio's analyzer in a plain consumer loop, asked for telephone numbers, e-mail addresses and links.

Its `no_op` engine, meant for recognizers that need no language model, makes it the fastest Presidio there is: the default
would run spaCy's large English model besides, to find names and places.
"""

from collections.abc import Callable, Sequence

import tldextract
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider

from detector.bench.peers.loop import run_loop

ENTITIES = ["PHONE_NUMBER", "EMAIL_ADDRESS", "URL"]
_ENGINE = {"nlp_engine_name": "no_op", "models": [{"lang_code": "en", "model_name": "no_op"}]}


def presidio_judge() -> Callable[[Sequence[str]], Sequence[float]]:
    """The score of the surest finding in each text, or 0."""
    # An address's domain would be checked against a list fetched from the network; the one that comes along is as good.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())
    analyzer = AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=_ENGINE).create_engine())

    def judge(texts: Sequence[str]) -> Sequence[float]:
        found = [analyzer.analyze(text, language="en", entities=ENTITIES) for text in texts]
        return [max((each.score for each in of_text), default=0.0) for of_text in found]

    return judge


if __name__ == "__main__":
    run_loop(presidio_judge())
