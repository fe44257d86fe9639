"""A reward is found by its title under a slip of the thumb, in any script; never one that shares nothing."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.program.rewards import Partner, Reward, RewardKind, RewardTexts
from domain.rewards.search.find import find
from domain.rewards.search.index import Index, index_of
from domain.rewards.search.tokens import folded
from tests.support.programs import a_program

FIRST_PAGE = 20
LATIN = """coffee espresso matcha sourdough croissant cinnamon blanket canvas lantern backpack umbrella headphones
concert theatre museum weekend mountain harbour breakfast tasting chocolate caramel vanilla notebook fountain
bicycle Käsekuchen Grünkohl Żurek crème brûlée jalapeño smörgåsbord"""
RUNS = (
    "抹茶拿鐵咖啡券",
    "烏龍奶茶禮盒",
    "電影票兩張",
    "高級飯店晚餐",
    "コーヒーチケット",
    "抹茶ラテ引換券",
    "温泉旅館一泊",
)
WORDS = [word for word in LATIN.split() if len(word) >= 5]
TITLES = [f"{one} {other}" for one in WORDS for other in WORDS if one < other] + list(RUNS)


def an_index(*rewards: Reward) -> Index:
    return index_of(a_program(rewards=rewards, partners=(Partner("acme", "Acme & Söhne"),)))


def titled(*titles: str) -> Index:
    return an_index(*(Reward(f"r{n}", title, RewardKind.GOODS, 10) for n, title in enumerate(titles)))


CATALOG = titled(*TITLES)


def best(index: Index, text: str, first: int = FIRST_PAGE) -> list[int]:
    found = find(index, text)
    assert found is not None
    return [place for _, place in found.ranked[:first]]


@st.composite
def mistyped(draw: st.DrawFn) -> tuple[int, str]:
    """A title with one letter of it left out, doubled, swapped with the next, or another one."""
    place = draw(st.integers(0, len(TITLES) - 1))
    title = TITLES[place]
    letters = [at for at, letter in enumerate(title) if letter != " "]
    at = draw(st.sampled_from(letters))
    other = draw(st.sampled_from("茶券旅ラ" if title in RUNS else string.ascii_lowercase))
    kind = draw(st.sampled_from(["gone", "twice", "other", "swapped", "added"]))
    if kind == "gone":
        return place, title[:at] + title[at + 1 :]
    if kind == "twice":
        return place, title[: at + 1] + title[at:]
    if kind == "swapped" and at + 1 < len(title) and title[at + 1] != " ":
        return place, title[:at] + title[at + 1] + title[at] + title[at + 2 :]
    if kind == "added":
        return place, title[:at] + other + title[at:]
    return place, title[:at] + other + title[at + 1 :]


class TestFind:
    @given(mistyped())
    def test_a_title_with_one_mistake_is_on_the_first_page(self, typed: tuple[int, str]) -> None:
        place, text = typed
        assert place in best(CATALOG, text)

    @given(st.sampled_from(range(len(TITLES))))
    def test_a_title_finds_itself_first(self, place: int) -> None:
        assert best(CATALOG, TITLES[place])[0] == place

    @given(st.text(max_size=30))
    def test_what_is_found_shares_a_letter_or_more_with_what_was_typed(self, text: str) -> None:
        found = find(CATALOG, text)
        if found is None:
            assert not text.strip()
            return
        typed = set(folded(text))
        for place in found.scores:
            assert typed & set(folded(f"{TITLES[place]} r{place}"))

    def test_nothing_like_it_finds_nothing(self) -> None:
        for text in ("xylophone", "zzzz", "魑魅魍魎", "!!!", "ÿ"):
            assert best(CATALOG, text) == []

    @pytest.mark.parametrize(
        ("typed", "title"),
        [
            ("kasekuchen", "Käsekuchen"),
            ("ＭＡＴＣＨＡ", "Matcha"),
            ("抹茶拿铁", "抹茶拿鐵"),
            ("コーヒー", "こーひー"),
            ("ｺｰﾋｰ", "コーヒー"),
            ("温泉沢", "温泉澤"),
            ("chefs", "The chef’s table"),
            ("ofcoffee", "A cup of coffee"),
            ("cof fee", "A cup of coffee"),
            ("email", "E-mail card"),
            ("커피", "커피 쿠폰"),
            ("拿", "抹茶拿鐵"),
        ],
    )
    def test_writing_it_otherwise_is_the_same(self, typed: str, title: str) -> None:
        assert best(titled("Something else", title), typed) == [1]

    def test_titles_before_tags_before_texts_and_exact_before_longer_before_mistaken(self) -> None:
        index = an_index(
            Reward("a", "A plain cup", RewardKind.GOODS, 1, "With a blanket."),
            Reward("b", "A warm thing", RewardKind.GOODS, 1, categories=("blanket",)),
            Reward("c", "A blankes", RewardKind.GOODS, 1),
            Reward("d", "Blankets", RewardKind.GOODS, 1),
            Reward("e", "A woollen blanket", RewardKind.GOODS, 1),
            Reward("f", "Blanket", RewardKind.GOODS, 1),
        )
        assert best(index, "blanket") == [4, 5, 3, 1, 2, 0]

    def test_code_partner_categories_and_translations_are_searched(self) -> None:
        index = an_index(
            Reward(
                "SKU-12",
                "Thing",
                RewardKind.GOODS,
                1,
                categories=("gift ideas",),
                partner="acme",
                translations={"ja": RewardTexts("毛布", "あたたかい")},
            )
        )
        for typed in ("sku-12", "sku", "acme", "sohne", "gift", "毛布", "あたたか"):
            assert best(index, typed) == [0], typed

    def test_numbers_are_what_they_are(self) -> None:
        assert best(titled("Card 100", "Card 1000", "Card 101"), "card 101") == [2]

    def test_a_neighbour_on_the_keyboard_comes_before_a_letter_far_away(self) -> None:
        assert best(titled("Lamps", "Camps", "Damps"), "xamps") == [1, 2, 0]
