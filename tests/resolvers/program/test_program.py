"""The programme, as the app shows it."""

from tests.resolvers.conftest import Desk
from tests.support.people import AGENT


class TestProgram:
    async def test_every_field(self, ask: Desk) -> None:
        document = """{ program { name timezone version currencies { code name worth { amount currency } }
            tiers { code name rank metric threshold multiplier benefits } adjustmentReasons { code name } } }"""
        program = (await ask.data(AGENT, document))["program"]
        assert [
            (tier["code"], tier["rank"], tier["threshold"], tier["multiplier"]) for tier in program.pop("tiers")
        ] == [("bronze", 0, "0", "1"), ("silver", 1, "1500", "1.25"), ("gold", 2, "4000", "1.5")]
        assert program == {
            "name": "Corner Market Regulars",
            "timezone": "America/New_York",
            "version": 1,
            "currencies": [
                {"code": "POINTS", "name": "Points", "worth": {"amount": "0.01", "currency": "USD"}},
            ],
            "adjustmentReasons": [
                {"code": "GOODWILL", "name": "Goodwill"},
                {"code": "MISSING_POINTS", "name": "A purchase that was not credited"},
                {"code": "CORRECTION", "name": "A mistake put right"},
                {"code": "COMPETITION", "name": "A prize"},
                {"code": "FRAUD", "name": "Points gained by fraud"},
            ],
        }
