"""Why a verdict is wrong, out of a closed set, so that it can be counted."""

from enum import StrEnum

from detector.verdicts import Label


class FeedbackReason(StrEnum):
    """The first six are of a Fraud verdict on a clean text, those with `missed` of a leak that was passed over."""

    LICENCE_OR_REFERENCE_NUMBER = "licence-or-reference-number"
    PRICE_OR_DATE = "price-or-date"
    PLATFORM_CONTACT = "platform-contact"
    EMERGENCY_OR_PUBLIC_NUMBER = "emergency-or-public-number"
    NAME_OR_PLACE = "name-or-place"
    OTHER = "other"
    MISSED_PHONE = "missed-phone"
    MISSED_EMAIL = "missed-email"
    MISSED_URL = "missed-url"
    MISSED_SOCIAL = "missed-social"
    MISSED_MESSENGER = "missed-messenger"
    MISSED_SOLICITATION = "missed-solicitation"
    WRONG_PLACE = "wrong-place"
    """The label is right, the evidence is not."""


_OF_CLEAN_TEXT = frozenset(
    {
        FeedbackReason.LICENCE_OR_REFERENCE_NUMBER,
        FeedbackReason.PRICE_OR_DATE,
        FeedbackReason.PLATFORM_CONTACT,
        FeedbackReason.EMERGENCY_OR_PUBLIC_NUMBER,
        FeedbackReason.NAME_OR_PLACE,
        FeedbackReason.OTHER,
    }
)
_OF_MISSED_LEAK = frozenset(reason for reason in FeedbackReason if reason.value.startswith("missed-")) | {
    FeedbackReason.OTHER
}


def fits(reason: FeedbackReason | None, label: Label, *, right: bool) -> bool:
    """Whether the reason can be given for a verdict with this label that is called right or wrong.

    No reason fits everything; `wrong-place` goes with a Fraud verdict that is right.
    """
    if reason is None:
        return True
    if right:
        return reason is FeedbackReason.WRONG_PLACE and label is Label.FRAUD
    return reason in (_OF_CLEAN_TEXT if label is Label.FRAUD else _OF_MISSED_LEAK)
