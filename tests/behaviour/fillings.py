"""What stands in the slots of `texts/frames-*.txt`: details that change nothing about whether a text leaks."""

from collections.abc import Iterator

from tests.behaviour.cases import Case, cases

FILLINGS = {
    "hotel": ("the Heron House", "Pension Drei Linden", "Casa do Forno", "Hotel Bellavista", "Wren Cottage No. 7"),
    "city": ("Ghent", "San Sebastián", "Aix-en-Provence", "Łódź", "Salt Lake City"),
    "price": ("120 EUR", "£96", "$1,240.00", "85,50 €", "CHF 310"),
    "date": ("14 May", "03.11.2027", "2028-02-29", "the 1st of July", "08/19/2027"),
    "guest": ("Anna", "Mr Okonkwo", "Siobhán Byrne", "Jean-Baptiste", "Xu Lin"),
    "guests": ("4", "two", "12", "sixteen", "2 + 1"),
}
"""Slot to what may stand in it; the first is what stands there while another slot changes."""


def base(frame: Case) -> str:
    """The frame with the first filling in every slot."""
    return frame.text.format(**{slot: values[0] for slot, values in FILLINGS.items()})


def variants(frame: Case) -> Iterator[tuple[str, str]]:
    """Name and text for every way to change one slot of the base."""
    first = {slot: values[0] for slot, values in FILLINGS.items()}
    for slot, values in FILLINGS.items():
        if f"{{{slot}}}" in frame.text:
            for value in values[1:]:
                yield f"{frame.name}: {slot}={value}", frame.text.format(**{**first, slot: value})


def frames(label: str) -> tuple[Case, ...]:
    """The clean or the leaking frames."""
    return cases(f"frames-{label}")
