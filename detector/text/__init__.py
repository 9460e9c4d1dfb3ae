"""Text preparation: disguise is undone before the model reads, and every place can be traced back."""

from detector.text.offsets import Prepared
from detector.text.prepare import prepare

__all__ = ["Prepared", "prepare"]
