"""Profile names and messenger ids in disguise: `(name, lang, rng) -> text`; `SOCIALS`, `MESSENGERS` and `PAYMENTS` name them by family."""

from collections.abc import Callable
from random import Random

from detector.training.obfuscation.addresses import dot_word, search_me
from detector.training.obfuscation.characters import leet, letter_spaced
from detector.training.obfuscation.identifiers import code, phone, title
from detector.training.obfuscation.phones import PHONES, WEIGHTS as PHONE_WEIGHTS

HandleRewriter = Callable[[str, str, Random], str]

NETWORKS = (
    "insta ig IG instagram Insta Instagram fb FB facebook Facebook tiktok TikTok tt twitter X youtube yt snap sc snapchat pinterest threads "
    "linkedin VK vk xhs 小红书 ins 微博 抖音 the_gram insta-gram 1nsta inst@ fbook F.B. I.G. face_book"
).split()
APPS = (
    "whatsapp WhatsApp wa WA whats wapp whtsp wsp wasap wasapp zap telegram tg TG Telegram signal Signal viber vb line LINE wechat WeChat vx wx "
    "微信 VX 薇信 kakao KakaoTalk zalo skype Skype discord messenger threema imo QQ the_green_app вотсап телега вайбер ватсап w.app w-h-a-t-s what'sapp"
).split()


def at_sign(name: str, _lang: str, rng: Random) -> str:
    """H01: @villa_anna."""
    return f"@{rng.choice(('', '', '', ' '))}{name}"


def bare(name: str, _lang: str, _rng: Random) -> str:
    """H02: villa_anna, where the network's name, if any, stands elsewhere."""
    return name


def spoken(name: str, lang: str, rng: Random) -> str:
    """H02: villa underscore anna, at villa dot anna."""
    under = {"es": "guion bajo", "fr": "tiret bas", "de": "Unterstrich", "it": "trattino basso", "pt": "underline", "nl": "underscore", "zh": "下划线", "ja": "アンダーバー"}
    text = name.replace("_", f" {under.get(lang, 'underscore')} ").replace(".", f" {dot_word(lang, rng)} ").replace("-", " dash ")
    return rng.choice(("", "", "at ", "@ ")) + text


def split_up(name: str, _lang: str, rng: Random) -> str:
    """H07: v1ll4_4nn4, villa (anna), v i l l a _ a n n a, vi lla.an na."""
    style = rng.randrange(4)
    if style == 0:
        return leet(name, rng)
    if style == 1:
        return letter_spaced(name, rng)
    if style == 2:
        cut = rng.randrange(1, max(2, len(name) - 1))
        return f"{name[:cut]}{rng.choice((' ', ' (', ' + ', '-', ' - ', ' / '))}{name[cut:]}".replace(" (" + name[cut:], f" ({name[cut:]})")
    return rng.choice((" ", " . ", " _ ")).join(name.replace("_", ".").replace("-", ".").split("."))


def page(_name: str, _lang: str, rng: Random) -> str:
    """H06: a profile called by its title."""
    return rng.choice(("", "", '"')) + title(rng)


def profile_link(name: str, lang: str, rng: Random) -> str:
    """H05: ig.me/villa_anna, instagram.com/villa_anna, fb dot com slash villa anna."""
    host = rng.choice(("instagram.com", "ig.me", "facebook.com", "fb.com", "fb.me", "tiktok.com", "m.facebook.com", "linktr.ee", "vk.com"))
    link = f"{host}/{name}"
    return link.replace("/", " slash ").replace(".", f" {dot_word(lang, rng)} ") if rng.random() < 0.35 else link


def invite(name: str, lang: str, rng: Random) -> str:
    """H05: wa.me/12025550143, t.me/villa_anna, t dot me slash villa_anna."""
    number = phone(rng, lang)
    link = rng.choice((f"wa.me/{number.country}{number.digits.removeprefix('0')}", f"t.me/{name}", f"t.me/+{code(rng)}", f"m.me/{name}", f"chat.whatsapp.com/{code(rng)}",
                       f"line.me/ti/p/{code(rng)}", f"signal.me/#p/{code(rng)}", f"t.me/{name}", f"https://wa.me/{number.country}{number.digits.removeprefix('0')}",
                       f"discord.gg/{code(rng)[:8]}", f"viber.com/{name}"))  # fmt: skip
    style = rng.randrange(5)
    if style == 0:
        return link.replace("/", " slash ").replace(".", f" {dot_word(lang, rng)} ")
    return link.replace(".", " . ").replace("/", " / ") if style == 1 else link


def number(_name: str, lang: str, rng: Random) -> str:
    """P01 to P25: a telephone number that a messenger uses."""
    families = list(PHONES)
    family = rng.choices(families, [PHONE_WEIGHTS[f] for f in families])[0]
    return PHONES[family](phone(rng, lang), lang, rng)


def numeric_id(_name: str, _lang: str, rng: Random) -> str:
    """H09: an id of digits, for QQ or VK."""
    return rng.choice(("", "", "id", "ID ", "Q")) + str(rng.randrange(10**6, 10**10))


def payment(name: str, _lang: str, rng: Random) -> str:
    """H10: paypal.me/villaanna, revolut @villaanna."""
    return rng.choice((f"paypal.me/{name}", f"revolut @{name}", f"venmo @{name}", f"cash app ${name}", f"paypal (punkt) me / {name}", f"revolut.me/{name}", f"wise @{name}",
                       f"PayPal friends and family to {name}"))  # fmt: skip


def search(name: str, lang: str, rng: Random) -> str:
    """U05: google Villa Luna Sereno."""
    return search_me(name, lang, rng)


SOCIALS: dict[str, HandleRewriter] = {"H01": at_sign, "H02": bare, "H03": spoken, "H05": profile_link, "H06": page, "H07": split_up}
MESSENGERS: dict[str, HandleRewriter] = {"H01": at_sign, "H02": bare, "H03": spoken, "H04": number, "H05": invite, "H07": split_up, "H09": numeric_id}
PAYMENTS: dict[str, HandleRewriter] = {"H10": payment, "U05": search}
WEIGHTS: dict[str, float] = {"H01": 5, "H02": 4, "H03": 3, "H04": 7, "H05": 3, "H06": 1.5, "H07": 2.5, "H09": 0.7, "H10": 1, "U05": 2}
