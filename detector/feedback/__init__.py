"""What people say of verdicts: the contract of the feedback topic, which reasons fit, and what can be learned from it."""

from detector.feedback.lessons import Lesson, Unusable, lessons_of, without_contradictions
from detector.feedback.model import FEEDBACK_ID, MOST_NOTE, Feedback, Message
from detector.feedback.reading import newest, read
from detector.feedback.reasons import FeedbackReason, fits

__all__ = [
    "FEEDBACK_ID",
    "MOST_NOTE",
    "Feedback",
    "FeedbackReason",
    "Lesson",
    "Message",
    "Unusable",
    "fits",
    "lessons_of",
    "newest",
    "read",
    "without_contradictions",
]
