"""What people say of verdicts: the contract of the feedback topic, and which reasons fit which verdict."""

from detector.feedback.model import FEEDBACK_ID, MOST_NOTE, Feedback, Message
from detector.feedback.reasons import FeedbackReason, fits

__all__ = ["FEEDBACK_ID", "MOST_NOTE", "Feedback", "FeedbackReason", "Message", "fits"]
