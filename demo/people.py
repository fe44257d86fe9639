"""The people of the demo: invented, the same ones each time, with addresses and numbers that reach nobody."""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

SEED = "corner market"
# Numbers 555-0100 to 555-0199 of every area code are kept for fiction.
_AREA_CODES = ("212", "315", "332", "347", "516", "518", "585", "607", "631", "646", "716", "718", "845", "914")
_NAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "en": (
        ("Ada", "Noah", "Grace", "Liam", "Ruby", "Ethan", "Hazel", "Caleb", "Ivy", "Miles", "Nora", "Jonah"),
        ("Whitfield", "Harper", "Brooks", "Ellison", "Marsh", "Calloway", "Reed", "Sutton", "Vance", "Okafor"),
    ),
    "es": (
        ("Lucía", "Mateo", "Valentina", "Diego", "Camila", "Joaquín", "Elena", "Andrés", "Inés", "Tomás"),
        ("Herrera", "Navarro", "Ibáñez", "Montoya", "Rivas", "Peña", "Salgado", "Cordero"),
    ),
    "de": (
        ("Jörg", "Annika", "Felix", "Käthe", "Lukas", "Mareike", "Till", "Frieda"),
        ("Brandt", "Grünwald", "Kessler", "Lindner", "Vogel", "Weiß"),
    ),
    "fr": (
        ("Zoé", "Hugo", "Camille", "Rémi", "Manon", "Théo", "Adèle", "Gaël"),
        ("Lefèvre", "Moreau", "Chevalier", "Garnier", "Renaud", "Perrin"),
    ),
    "pt-BR": (
        ("João", "Beatriz", "Caio", "Larissa", "Otávio", "Thaís"),
        ("Carvalho", "Nogueira", "Araújo", "Teixeira", "Barros"),
    ),
    "ja": (
        ("葵", "陽翔", "さくら", "蓮", "結衣", "大和"),
        ("佐藤", "高橋", "渡辺", "山本", "小林"),
    ),
}
_LOCALES = tuple(_NAMES)
_SHARES = (10, 4, 2, 2, 1, 1)
_ZONES = ("America/New_York",) * 8 + ("America/Chicago", "America/Los_Angeles")


@dataclass(frozen=True, slots=True)
class Person:
    """One person; `number` counts from 1. `joined` is how far into the demo's time they came, from 0 to 1.

    `zeal` is how often they shop, compared with others; `referred_by` is the number of a friend.
    """

    number: int
    given_name: str
    family_name: str
    email: str
    phone: str | None
    birthday: date
    locale: str
    timezone: str
    joined: float
    zeal: float
    referred_by: int | None

    @property
    def external_id(self) -> str:
        """Such as `demo-0001`."""
        return f"demo-{self.number:04d}"


def person(number: int) -> Person:
    """The person of that number: always the same one, however many others there are."""
    chance = Random(f"{SEED}:{number}")
    locale = "en" if number == 1 else chance.choices(_LOCALES, _SHARES)[0]
    given_names, family_names = _NAMES[locale]
    given = "Ada" if number == 1 else chance.choice(given_names)
    family = "Whitfield" if number == 1 else chance.choice(family_names)
    early = number == 1 or chance.random() < 0.6
    return Person(
        number=number,
        given_name=given,
        family_name=family,
        email=_email(given, family, number),
        phone=_phone(number),
        birthday=date(1945, 1, 1) + timedelta(days=chance.randrange(60 * 365)),
        locale=locale,
        timezone=chance.choice(_ZONES),
        joined=0.0 if early else chance.uniform(0.02, 0.97),
        zeal=_zeal(number, chance),
        referred_by=chance.randrange(1, number) if number > 1 and not early and chance.random() < 0.4 else None,
    )


def _zeal(number: int, chance: Random) -> float:
    """A few come all the time, many now and then, some hardly ever."""
    if number == 1 or number % 11 == 0:
        return 5.0
    return chance.choices((2.2, 0.8, 0.15), (20, 60, 20))[0]


def _email(given: str, family: str, number: int) -> str:
    name = f"{given}.{family}" if f"{given}{family}".isascii() else _ascii(f"{given}.{family}")
    local = name.strip(".").lower() or "regular"
    return f"{local}.{number}@example.com"


def _ascii(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return decomposed.encode("ascii", "ignore").decode()


def _phone(number: int) -> str | None:
    area, line = divmod(number - 1, 100)
    return f"+1{_AREA_CODES[area]}55501{line:02d}" if area < len(_AREA_CODES) else None
