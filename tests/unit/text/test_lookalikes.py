"""Ordinary texts that share characters with disguise and must stay as they are."""

import pytest

from detector.text import prepare

ORDINARY = {
    "russian": (
        "\u0423\u044e\u0442\u043d\u0430\u044f \u043a\u0432\u0430\u0440"
        "\u0442\u0438\u0440\u0430 \u0443 \u043c\u043e\u0440\u044f, 100 \u043c."
    ),
    "russian word of look-alikes": "\u0441\u043e\u0440\u043e\u043a Wi-Fi \u0440\u043e\u0441\u0430",
    "russian ending on a latin stem": "\u0432\u0441\u0435 VIP\u043e\u0432 \u0438 SMS\u043a\u0438",
    "russian slash": "\u0440\u0443\u0441/eng",
    "russian house number": "\u0443\u043b. \u041b\u0435\u043d\u0438\u043d\u0430 120\u0431",
    "russian preposition": "2020 2021 \u043e \u0447\u0435\u043c",
    "russian missing space": "\u0434\u043e 5 \u043c\u0435\u0441.Wi-Fi",
    "greek": "\u0395\u03bb\u03bb\u03b7\u03bd\u03b9\u03ba\u03ac \u03ba\u03b1\u03b9 \u03b8\u03ad\u03b1, Wi-Fi",
    "polytonic greek": "\u1fa7\u03b4\u03ae",
    "armenian": "\u0562\u0561\u0580\u0587",
    "japanese": (
        "\u99c5\u304b\u3089\u8fd1\u3044\u3002\u671d\u98df\u4ed8\u304d"
        "\uff08\u7121\u6599\uff09\uff0c\u3069\u3046\u305e\uff01"
    ),
    "chinese": "\u4ea4\u901a\u65b9\u4fbf\uff0c\u9760\u8fd1\u5730\u94c1\u3002\u6b22\u8fce\uff01",
    "chinese before a latin word": "\u5f88\u597d\u3002WiFi\u5f88\u5feb",
    "korean chat": "\uac10\uc0ac\ud569\ub2c8\ub2e4 \u314b\u314b\u314b \u3160\u3160",
    "arabic": (
        "\u0634\u0642\u0629 \u062c\u0645\u064a\u0644\u0629\u060c \u0642"
        "\u0631\u064a\u0628\u0629 \u0645\u0646 \u0627\u0644\u0628\u062d\u0631."
    ),
    "hebrew with points": "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd",
    "thai": "\u0e17\u0e35\u0e48\u0e19\u0e35\u0e48",
    "hindi": "\u0939\u093f\u0928\u094d\u0926\u0940",
    "french": "L\u2019\u00e9t\u00e9, \u00e0 c\u00f4t\u00e9 du march\u00e9 \u2039 o\u00f9 \u203a",
    "acute for apostrophe": "l\u00b4\u00e9t\u00e9",
    "portuguese, turkish, polish": "S\u00e3o Jo\u00e3o, Kad\u0131k\u00f6y, \u0141\u00f3d\u017a",
    "vietnamese": "Vi\u1ec7t Nam \u0111\u1eb9p",
    "catalan": "Paral\u00b7lel",
    "flag": "\U0001f1eb\U0001f1f7 Paris",
    "row of flags": "\U0001f1eb\U0001f1f7\U0001f1e9\U0001f1ea\U0001f1ee\U0001f1f9",
    "emoji list": "\u2705 kitchen \U0001f6c1 bath \u2728 \u2764 \U0001f469\U0001f3fd",
    "parking": "\U0001f17f free \u24c2 Line 2 \u2139 Info",
    "query": "https://example.com/?a=1&copy=2&b=3;",
    "ampersand": "B&B; R&D; AT&T & more",
    "unknown entity": "&nosuch; &#; &#x; &;",
    "other tags": "2 <div>3</div> a<b and 3 > 2 &lt <b>4</b>",
    "prices": "\u20ac1,420.00 / $99 \u00a350 \u00b11 \u00b0C",
    "letters and digits": "l1O0 2O2 SSS",
}


@pytest.mark.parametrize("text", ORDINARY.values(), ids=ORDINARY)
def test_stays(text: str) -> None:
    prepared = prepare(text)
    assert prepared.text == text
    assert prepared.undone == ()


def test_prose_beside_a_disguised_word_stays() -> None:
    assert prepare("\u0440\u043e\u0441\u0430 wh\u0430ts").text == "\u0440\u043e\u0441\u0430 whats"
