"""From a prepared text to token ids: its own tokens, and before each recogniser's finding a token that names it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tokenizers import Tokenizer

from detector.errors import Misconfigured
from detector.model.bundle import Bundle
from detector.model.words import Offsets, WordTokens
from detector.recognisers import Finding, recognise


class Encoded(NamedTuple):
    """Token ids with their half-open code points; a hint's are empty. `findings` are in text order."""

    ids: list[int]
    offsets: list[Offsets]
    findings: Sequence[Finding]


class TextEncoder:
    """Encodes as a bundle's model expects it; training and serving go through here, so that they cannot differ.

    `hints` names the vocabulary token for each kind of finding that the model knows; without any, the recognisers are
    not asked.
    """

    def __init__(self, tokenizer: Tokenizer, hints: Mapping[str, str]) -> None:
        self._words = WordTokens(tokenizer)
        self._hints = {kind: _known(tokenizer, token) for kind, token in hints.items()}

    def encode(self, text: str) -> Encoded:
        """The text's tokens without special ones."""
        ids, offsets = self._words.encode(text)
        findings = recognise(text) if self._hints else ()
        if not findings:
            return Encoded(ids, offsets, findings)
        return self._hinted(ids, offsets, findings)

    def _hinted(self, ids: Sequence[int], offsets: Sequence[Offsets], findings: Sequence[Finding]) -> Encoded:
        new_ids: list[int] = []
        new_offsets: list[Offsets] = []
        waiting = iter([(f.start, self._hints[f.kind]) for f in findings if f.kind in self._hints])
        hint = next(waiting, None)
        for token, (start, end) in zip(ids, offsets, strict=True):
            while hint is not None and end > hint[0]:
                new_ids.append(hint[1])
                new_offsets.append((start, start))
                hint = next(waiting, None)
            new_ids.append(token)
            new_offsets.append((start, end))
        return Encoded(new_ids, new_offsets, findings)


def load_tokenizer(bundle: Bundle) -> Tokenizer:
    """The bundle's tokenizer, cutting nothing off and padding nothing. Raises `Misconfigured` if it cannot be read."""
    try:
        tokenizer = Tokenizer.from_file(str(bundle.tokenizer_file))
    except Exception as error:  # noqa: BLE001 - the library raises bare Exception
        raise Misconfigured(f"{bundle.tokenizer_file} cannot be read ({error}). Export the bundle anew.") from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _known(tokenizer: Tokenizer, token: str) -> int:
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ValueError(f"the tokenizer has no token {token}")
    return int(found)
