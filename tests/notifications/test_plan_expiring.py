from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.inbox.message import Message, NotificationKind
from domain.ledger.lots import Lot
from domain.ledger.state import Account, State
from domain.program.program import Program
from domain.time import to_ms
from notifications.plan_expiring import alert_horizon, plan_expiring
from tests.support.messages import in_words
from tests.support.programs import PROGRAM, a_program

NEW_YORK = ZoneInfo("America/New_York")
JULY = datetime(2026, 7, 1, tzinfo=NEW_YORK).astimezone(UTC)
AUGUST = datetime(2026, 8, 1, tzinfo=NEW_YORK).astimezone(UTC)


def at(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


def a_state(*lots: Lot, currency: str = "POINTS") -> State:
    return State({currency: Account(lots, earned=sum(lot.points for lot in lots))})


def planned(now: datetime, *lots: Lot, program: Program = PROGRAM) -> list[tuple[str, int]]:
    messages = plan_expiring("ann", a_state(*lots), program, now)
    return [(message.key.rsplit(":", 1)[1], message.data["days"]) for message in messages]


class TestPlanExpiring:
    def test_the_alert_says_how_much_in_how_long_and_until_when(self) -> None:
        (message,) = in_words(plan_expiring("ann", a_state(Lot(JULY, 1250)), PROGRAM, at(6, 24)))

        assert message == Message(
            member="ann",
            key=f"expiring:POINTS:{to_ms(JULY)}:7",
            kind=NotificationKind.POINTS_EXPIRING,
            template="points_expiring",
            values={"points": 1250, "currency": "Points", "days": 7, "date": date(2026, 6, 30)},
            created_at=at(6, 24),
            data={
                "news": "EXPIRING",
                "points": 1250,
                "currency": "POINTS",
                "days": 7,
                "expiresOn": "2026-06-30",
                "expiresAt": "2026-07-01T04:00:00.000Z",
            },
            title="1,250 Points expire in 7 days",
            body="1,250 Points can be spent until the end of 30 June 2026.",
        )

    def test_each_day_until_the_end_plans_the_nearest_alert(self) -> None:
        lot = Lot(JULY, 10)
        days = {left: planned(JULY - timedelta(days=left) + timedelta(hours=9), lot) for left in range(33)}

        assert days[32] == days[31] == []
        assert days[0] == []
        assert days[1] == [("1", 1)]
        assert {left: days[left] for left in range(2, 8)} == {left: [("7", left)] for left in range(2, 8)}
        assert {left: days[left] for left in range(8, 31)} == {left: [("30", left)] for left in range(8, 31)}

    def test_days_are_the_programmes_whatever_day_utc_has(self) -> None:
        assert planned(at(6, 29, 23, 59), Lot(JULY, 10)) == [("7", 2)]  # 30 June already in UTC
        assert planned(at(6, 30, 0, 0), Lot(JULY, 10)) == [("1", 1)]
        assert planned(at(6, 30, 23, 59), Lot(JULY, 10)) == [("1", 1)]
        assert planned(JULY, Lot(JULY, 10)) == []

    def test_a_day_of_23_or_25_hours_is_a_day(self) -> None:
        spring = at(3, 9, 0)  # the clocks go forward on 8 March 2026
        assert [planned(at(3, day, 0, 30), Lot(spring, 10)) for day in (7, 8)] == [[("7", 2)], [("1", 1)]]
        autumn = at(11, 2, 0)  # and back on 1 November
        assert [planned(at(10, 31, 23, 30), Lot(autumn, 10)), planned(at(11, 1, 0, 30), Lot(autumn, 10))] == [
            [("7", 2)],
            [("1", 1)],
        ]

    def test_each_lot_date_and_currency_has_its_own_soonest_first(self) -> None:
        state = State(
            {
                "POINTS": Account((Lot(JULY, 10), Lot(AUGUST, 20), Lot(None, 30))),
                "MILES": Account((Lot(JULY, 5),)),
                "GONE": Account((Lot(JULY, 5),)),
            }
        )

        messages = plan_expiring("ann", state, PROGRAM, at(7, 2))
        assert [(m.data["currency"], m.data["points"], m.data["days"]) for m in messages] == [("POINTS", 20, 30)]
        messages = plan_expiring("ann", state, PROGRAM, at(6, 30))
        assert [(m.data["currency"], m.data["points"], m.data["days"]) for m in messages] == [
            ("POINTS", 10, 1),
            ("MILES", 5, 1),
        ]

    def test_points_that_go_by_inactivity_are_told_of_by_the_day_on_which_they_do(self) -> None:
        idle = State({"POINTS": Account((Lot(AUGUST, 20), Lot(None, 30)), idle_at=JULY)})
        (message,) = plan_expiring("ann", idle, PROGRAM, at(6, 30))
        assert (message.data["points"], message.data["expiresOn"]) == (30, "2026-06-30")

    def test_one_date_has_one_alert_whether_it_is_the_lots_own_or_that_of_inactivity(self) -> None:
        both = State({"POINTS": Account((Lot(JULY, 20), Lot(None, 30)), idle_at=JULY)})
        (message,) = plan_expiring("ann", both, PROGRAM, at(6, 30))
        assert message.data["points"] == 50

    def test_the_programme_says_when(self) -> None:
        program = a_program(expiry_alert_days=(3,))
        assert planned(at(6, 27), Lot(JULY, 10), program=program) == []
        assert planned(at(6, 28), Lot(JULY, 10), program=program) == [("3", 3)]
        assert planned(at(6, 28), Lot(JULY, 10), program=a_program(expiry_alert_days=())) == []


class TestAlertHorizon:
    def test_it_covers_the_furthest_alert_and_a_long_day(self) -> None:
        now = at(6, 1, 0, 0)
        assert alert_horizon(PROGRAM, now) == now + timedelta(days=32)
        assert alert_horizon(a_program(expiry_alert_days=()), now) is None
