"""The shelf against a plain list: each order, page, filter and count is what looking at every reward would say."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.program.rewards import Reward, RewardKind
from domain.rewards.masks import Rising, bytes_of, has, mask_of, places_in
from domain.rewards.orders import RewardOrder
from domain.rewards.shelf import Shelf, shelf_of
from domain.rewards.wanted import Wanted, facets, matching
from tests.support.programs import a_program

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
KINDS = [RewardKind.GOODS, RewardKind.COUPON, RewardKind.CASH]
_catalogs = st.lists(
    st.tuples(
        st.integers(1, 9),
        st.sampled_from(KINDS),
        st.sets(st.sampled_from("abc")),
        st.sampled_from([None, "p", "q"]),
    ),
    max_size=30,
)
_wanted = st.builds(
    Wanted,
    st.lists(st.sampled_from(KINDS), max_size=2).map(tuple),
    st.lists(st.sampled_from("abc"), max_size=2).map(tuple),
    st.lists(st.sampled_from("pq"), max_size=1).map(tuple),
    st.none() | st.integers(1, 9),
    st.none() | st.integers(1, 9),
)


def rewards_of(rows: list[tuple[int, RewardKind, set[str], str | None]]) -> tuple[Reward, ...]:
    return tuple(
        Reward(f"r{n * 7919 % 100:02}", "Mug", kind, cost, categories=tuple(sorted(names)), partner=partner)
        for n, (cost, kind, names, partner) in enumerate(rows)
    )


def lets_through(wanted: Wanted, reward: Reward) -> bool:
    return (
        (not wanted.kinds or reward.kind in wanted.kinds)
        and (not wanted.categories or bool(set(wanted.categories) & set(reward.categories)))
        and (not wanted.partners or reward.partner in wanted.partners)
        and (wanted.min_cost is None or reward.cost >= wanted.min_cost)
        and (wanted.max_cost is None or reward.cost <= wanted.max_cost)
    )


def shelved(rewards: tuple[Reward, ...]) -> Shelf:
    added = {reward.code: NOON + timedelta(hours=reward.cost % 3) for reward in rewards}
    return shelf_of(a_program(rewards=rewards), added)


KEYS = {
    RewardOrder.FEATURED: lambda rewards: {one.code: (n,) for n, one in enumerate(rewards)},
    RewardOrder.COST_ASC: lambda rewards: {one.code: (one.cost, one.code) for one in rewards},
    RewardOrder.COST_DESC: lambda rewards: {one.code: (-one.cost, one.code) for one in rewards},
    RewardOrder.NEWEST: lambda rewards: {one.code: (-(one.cost % 3), one.code) for one in rewards},
}


class TestWalk:
    @given(_catalogs, _wanted, st.sampled_from(RewardOrder), st.integers(0, 30))
    def test_each_once_in_order_behind_any_position(
        self, rows: list[tuple[int, RewardKind, set[str], str | None]], wanted: Wanted, order: RewardOrder, at: int
    ) -> None:
        rewards = rewards_of(rows)
        shelf, keys = shelved(rewards), KEYS[order](rewards)
        mask = matching(shelf, wanted)
        expected = sorted((one.code for one in rewards if lets_through(wanted, one)), key=lambda code: keys[code])
        slots = list(shelf.walk(order, mask))
        assert [rewards[slot.place].code for slot in slots] == expected
        for slot in slots[at : at + 1]:
            behind = shelf.walk(order, mask, slot.position)
            assert [one.position.code for one in behind] == expected[at + 1 :]

    def test_a_position_whose_reward_is_gone_still_stands(self) -> None:
        rewards = rewards_of([(cost, RewardKind.GOODS, set(), None) for cost in (5, 3, 4, 1)])
        gone = list(shelved(rewards).walk(RewardOrder.COST_ASC, None))[1].position
        rest = tuple(one for one in rewards if one.code != gone.code)
        assert [slot.position.value for slot in shelved(rest).walk(RewardOrder.COST_ASC, None, gone)] == [4, 5]

    def test_a_set_far_down_an_order_is_found_whole(self) -> None:
        rewards = tuple(
            Reward(f"R{n:05}", "Mug", RewardKind.CASH if n >= 9_000 else RewardKind.GOODS, n + 1)
            for n in range(9_100)
        )
        shelf = shelved(rewards)
        mask = matching(shelf, Wanted(kinds=(RewardKind.CASH,)))
        assert [slot.place for slot in shelf.walk(RewardOrder.COST_ASC, mask)] == list(range(9_000, 9_100))


class TestFacets:
    @given(_catalogs, _wanted)
    def test_each_is_counted_under_all_but_its_own_choice(
        self, rows: list[tuple[int, RewardKind, set[str], str | None]], wanted: Wanted
    ) -> None:
        rewards = rewards_of(rows)
        found = facets(shelved(rewards), wanted, None)
        kinds = {kind: Wanted((kind,), *_rest(wanted)[1:]) for kind in KINDS}
        assert {one.code: one.count for one in found.kinds} == _counted(rewards, kinds)
        names = {name: Wanted(wanted.kinds, (name,), *_rest(wanted)[2:]) for name in "abc"}
        assert {one.code: one.count for one in found.categories} == _counted(rewards, names)
        bands = [(band.min_cost, band.max_cost) for band in found.prices]
        by_price = {band: Wanted(wanted.kinds, wanted.categories, wanted.partners, *band) for band in bands}
        assert {band: one.count for band, one in zip(bands, found.prices, strict=True)} == _counted(
            rewards, by_price
        )
        everything = Wanted(wanted.kinds, wanted.categories, wanted.partners)
        assert sum(band.count for band in found.prices) == sum(lets_through(everything, one) for one in rewards)


def _rest(wanted: Wanted) -> tuple:  # type: ignore[type-arg]
    return (wanted.kinds, wanted.categories, wanted.partners, wanted.min_cost, wanted.max_cost)


def _counted(rewards: tuple[Reward, ...], choices: dict) -> dict:  # type: ignore[type-arg]
    counted = {name: sum(lets_through(choice, one) for one in rewards) for name, choice in choices.items()}
    return {name: count for name, count in counted.items() if count}


class TestMasks:
    @given(st.sets(st.integers(0, 300)))
    def test_a_set_is_what_was_put_in(self, places: set[int]) -> None:
        mask = mask_of(places, 301)
        assert list(places_in(mask)) == sorted(places)
        assert {place for place in range(320) if has(bytes_of(mask), place)} == places

    def test_up_to_a_number_over_many_blocks(self) -> None:
        rising = Rising.of(((n * 7 % 5_000, n) for n in range(5_000)), 5_000)
        for bound in (-1, 0, 1_023, 1_024, 3_333, 4_999, 9_999):
            assert set(places_in(rising.at_most(bound))) == {n for n in range(5_000) if n * 7 % 5_000 <= bound}
