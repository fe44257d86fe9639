"""Messages in their readers' words: which language, whose text, and what is never a fault."""

import logging
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.alerts.template import TemplateText
from domain.inbox.message import Message, NotificationKind, RewardName, Sum, Value
from domain.members.member import Member
from domain.program.rewards import RewardTexts
from notifications.words.say import say
from tests.support.ledger import NOW
from tests.support.members import a_member
from tests.support.programs import PROGRAM, a_program

EARNED: dict[str, Value] = {"points": 1_250, "currency": "Points", "balance": 12_500, "owed": 0}
EXPIRING: dict[str, Value] = {"points": 300, "currency": "نقطة", "date": date(2026, 6, 30)}


def reader(locale: str, **profile: Any) -> Member:
    member = a_member(1)
    return replace(member, profile=replace(member.profile, locale=locale, **profile))


def a_message(template: str, values: dict[str, Value]) -> Message:
    return Message("ann", "key", NotificationKind.POINTS_CHANGED, template, values, NOW)


def said(template: str, values: dict[str, Value], locale: str, **more: Any) -> tuple[str, str]:
    program = more.pop("program", PROGRAM)
    found = say(a_message(template, values), member=reader(locale), program=program, **more)
    return found.title, found.body


def own(template: str, locale: str, title: str, body: str = "Body.") -> TemplateText:
    return TemplateText(template, locale, title, body, 1, SYSTEM, NOW)


class TestLanguages:
    @pytest.mark.parametrize(
        ("locale", "title", "body"),
        [
            ("en", "+1,250 Points", "You earned 1,250 Points. Your balance is 12,500."),
            ("es", "+1250 Points", "Has ganado 1250 Points. Tu saldo es de 12.500."),
            ("es-MX", "+1,250 Points", "Has ganado 1,250 Points. Tu saldo es de 12,500."),
            ("es-AR", "+1.250 Points", "Has ganado 1.250 Points. Tu saldo es de 12.500."),
            ("zh-Hans", "+1,250 Points", "您获得了 1,250 Points。当前余额为 12,500。"),
            ("zh", "+1,250 Points", "您获得了 1,250 Points。当前余额为 12,500。"),
            ("zh-CN", "+1,250 Points", "您获得了 1,250 Points。当前余额为 12,500。"),
            ("zh-Hant", "+1,250 Points", "您獲得了 1,250 Points。目前餘額為 12,500。"),
            ("zh-TW", "+1,250 Points", "您獲得了 1,250 Points。目前餘額為 12,500。"),
            ("zh_HK", "+1,250 Points", "您獲得了 1,250 Points。目前餘額為 12,500。"),
            ("ja-JP", "+1,250 Points", "1,250 Pointsを獲得しました。残高は 12,500 です。"),
            ("ar", "إضافة 1,250 Points", "لقد كسبت 1,250 Points. رصيدك الآن 12,500."),
            ("ar-SA", "إضافة ١٬٢٥٠ Points", "لقد كسبت ١٬٢٥٠ Points. رصيدك الآن ١٢٬٥٠٠."),
            ("fr", "+1,250 Points", "You earned 1,250 Points. Your balance is 12,500."),
            ("nonsense!", "+1,250 Points", "You earned 1,250 Points. Your balance is 12,500."),
            ("", "+1,250 Points", "You earned 1,250 Points. Your balance is 12,500."),
        ],
    )
    def test_each_reads_the_nearest_language_with_the_numbers_of_their_own_region(
        self, locale: str, title: str, body: str
    ) -> None:
        assert said("points_earned", EARNED, locale) == (title, body)

    def test_a_language_that_nobody_wrote_falls_back_to_the_programmes_and_then_to_english(self) -> None:
        spanish = a_program(locale="es")
        assert said("points_earned", EARNED, "fr", program=spanish)[1].startswith("Has ganado 1250")
        assert said("points_earned", EARNED, "ja", program=spanish)[1].startswith("1,250 Pointsを")
        assert said("points_earned", EARNED, "fr", program=a_program(locale="de"))[1].startswith("You earned")

    def test_of_whom_nothing_is_known_the_programmes_language_is_spoken(self) -> None:
        message = a_message("points_earned", EARNED)
        assert say(message, member=None, program=a_program(locale="ja")).title == "+1,250 Points"
        assert say(message, member=None, program=a_program(locale="ja")).body.endswith("です。")

    @pytest.mark.parametrize(
        ("locale", "title"),
        [
            ("en", "300 نقطة expire in 1 day"),
            ("es", "300 نقطة caducan en 1 día"),
            ("ja", "300 نقطةがあと1日で失効します"),
        ],
    )
    def test_one_day_is_singular_where_there_is_one(self, locale: str, title: str) -> None:
        assert said("points_expiring", {**EXPIRING, "days": 1}, locale)[0] == title

    @pytest.mark.parametrize(
        ("days", "said_of_days"),
        [
            (0, "0 يوم"),
            (1, "يوم واحد"),
            (2, "يومين"),
            (3, "3 أيام"),
            (11, "11 يومًا"),
            (100, "100 يوم"),
        ],
    )
    def test_arabic_has_six_plurals(self, days: int, said_of_days: str) -> None:
        title, body = said("points_expiring", {**EXPIRING, "days": days}, "ar")
        assert title == f"تنتهي صلاحية 300 نقطة خلال {said_of_days}"
        assert body == "يمكنك استخدام 300 نقطة حتى نهاية يوم 30 يونيو 2026."

    @pytest.mark.parametrize(
        ("count", "purchases"),
        [
            (1, "عملية شراء واحدة"),
            (2, "عمليتَي شراء"),
            (3, "3 عمليات شراء"),
            (11, "11 عملية شراء"),
            (100, "100 عملية شراء"),
        ],
    )
    def test_arabic_counts_purchases(self, count: int, purchases: str) -> None:
        values: dict[str, Value] = {"points": 340, "currency": "نقطة", "count": count}
        assert said("points_digest", values, "ar")[1] == f"لقد كسبت اليوم 340 نقطة من {purchases}."

    @pytest.mark.parametrize(
        ("locale", "body"),
        [
            ("en", "You earned 340 Points in 5 purchases today."),
            ("en-GB", "You earned 340 Points in 5 purchases today."),
            ("es", "Hoy has ganado 340 Points en 5 compras."),
            ("ja", "本日は5回のお買い物で 340 Pointsを獲得しました。"),
            ("zh-Hans", "您今天消费 5 次，共获得 340 Points。"),
            ("zh-Hant", "您今天消費 5 次，共獲得 340 Points。"),
        ],
    )
    def test_a_digest_says_how_much_in_how_many(self, locale: str, body: str) -> None:
        assert said("points_digest", {"points": 340, "currency": "Points", "count": 5}, locale)[1] == body

    @pytest.mark.parametrize(
        ("locale", "body"),
        [
            ("en", "You owe 80 Points: what you get next pays that first."),
            ("es", "Debes 80 Points: lo próximo que ganes se usará primero para saldarlo."),
            ("ja", "現在 80 Points 不足しています。次に獲得した分から差し引かれます。"),
            ("zh-Hans", "您还欠 80 Points，之后获得的将优先用于抵扣。"),
            ("ar", "عليك 80 Points، وسيُخصم هذا المقدار أولًا مما ستكسبه لاحقًا."),
        ],
    )
    def test_what_is_owed_stands_in_place_of_the_balance(self, locale: str, body: str) -> None:
        assert said("points_spent", {**EARNED, "balance": -80, "owed": 80}, locale)[1].endswith(body)

    @pytest.mark.parametrize(
        ("locale", "until"),
        [
            ("en", "It can be used until 30 June 2026, 17:30: do not let it go to waste."),
            ("en-US", "It can be used until June 30, 2026, 5:30\u202fPM: do not let it go to waste."),
            ("es", "Puedes usarlo hasta el 30 de junio de 2026, 17:30: ¡no lo dejes perder!"),
            ("ja", "2026年6月30日 17:30までご利用いただけます。お早めにどうぞ。"),
            ("zh-Hans", "可使用至2026年6月30日 17:30，别浪费了哦。"),
            ("zh-TW", "可使用至2026年6月30日 下午5:30，別讓它浪費了。"),
            ("ar", "يمكنك استخدامها حتى 30 يونيو 2026، الساعة 5:30 م، فلا تفوّت الفرصة."),
            ("ar-EG", "يمكنك استخدامها حتى ٣٠ يونيو ٢٠٢٦، الساعة ٥:٣٠ م، فلا تفوّت الفرصة."),
        ],
    )
    def test_moments_are_told_in_the_programmes_zone_as_the_region_writes_them(
        self, locale: str, until: str
    ) -> None:
        ends = datetime(2026, 6, 30, 21, 30, tzinfo=UTC)  # 17:30 in New York
        values: dict[str, Value] = {"reward": RewardName("mug"), "count": 1, "days": 7, "ends": ends}
        assert said("voucher_ending", values, locale)[1] == until

    @pytest.mark.parametrize(
        ("locale", "money"),
        [("en", "US$1,250.50"), ("en-US", "$1,250.50"), ("es", "1.250,50\xa0US$"), ("ja", "$1,250.50")],
    )
    def test_money_is_written_as_the_region_writes_it(self, locale: str, money: str) -> None:
        values: dict[str, Value] = {
            "tier": "Gold",
            "date": date(2026, 12, 31),
            "remaining": Sum(Decimal("1250.50"), "USD"),
        }
        assert money in said("tier_at_risk_spend", values, locale)[1]

    def test_decimals_are_written_as_the_region_writes_them(self) -> None:
        values: dict[str, Value] = {"tier": "Gold", "previous": "Silver", "multiplier": Decimal("1.250")}
        assert said("tier_reached", values, "en")[1] == "Welcome to Gold. What you earn counts 1.25 times."
        assert said("tier_reached", values, "es")[1].endswith("lo que ganes cuenta 1,25 veces.")
        assert said("tier_reached", {**values, "multiplier": Decimal(2)}, "en")[1].endswith("counts 2 times.")


class TestNames:
    MUG = replace(
        PROGRAM.rewards[0], translations={"es": RewardTexts(title="Una taza"), "zh-Hant": RewardTexts("杯子")}
    )
    PROGRAM = a_program(rewards=(MUG,))

    @pytest.mark.parametrize(
        ("locale", "title"),
        [
            ("en", "A mug has arrived"),
            ("es-MX", "Una taza ha llegado"),
            ("zh-HK", "杯子 已送達"),
            ("ja", "A mugが届きました"),
        ],
    )
    def test_a_reward_is_called_as_in_the_readers_language(self, locale: str, title: str) -> None:
        values: dict[str, Value] = {"reward": RewardName("mug"), "points": 100, "currency": "Points"}
        assert said("redemption_delivered", values, locale, program=self.PROGRAM)[0] == title

    def test_a_reward_that_the_programme_dropped_has_its_code(self) -> None:
        values: dict[str, Value] = {"reward": RewardName("gone"), "points": 100, "currency": "Points"}
        assert said("redemption_delivered", values, "en")[0] == "gone has arrived"

    def test_a_member_is_called_by_their_given_name_or_not_at_all(self) -> None:
        message = a_message("birthday", {})
        titles = [
            say(message, member=reader("ja", given_name=name), program=PROGRAM).title
            for name in ("花子", None, "")
        ]
        assert titles == [
            "花子さん、お誕生日おめでとうございます！",
            "お誕生日おめでとうございます！",
            "お誕生日おめでとうございます！",
        ]

    def test_what_stands_in_a_value_is_never_a_template(self) -> None:
        values: dict[str, Value] = {"title": "{{ 7 * 7 }}", "body": "{% for x in y %}<b>&"}
        assert said("announcement", values, "en") == ("{{ 7 * 7 }}", "{% for x in y %}<b>&")


class TestTexts:
    def test_a_text_of_staffs_goes_before_what_is_shipped_in_its_language_alone(self) -> None:
        texts = (own("points_earned", "es", "¡Toma {{ points }}!"),)
        assert said("points_earned", EARNED, "es", texts=texts) == ("¡Toma 1250!", "Body.")
        assert said("points_earned", EARNED, "es-MX", texts=texts) == ("¡Toma 1,250!", "Body.")
        assert said("points_earned", EARNED, "en", texts=texts)[0] == "+1,250 Points"
        assert said("points_spent", EARNED, "es", texts=texts)[0] == "−1250 Points"

    def test_one_of_a_region_goes_before_one_of_the_language(self) -> None:
        texts = (own("points_earned", "es", "uno"), own("points_earned", "es-MX", "dos"))
        assert [said("points_earned", EARNED, locale, texts=texts)[0] for locale in ("es", "es-MX", "es-AR")] == [
            "uno",
            "dos",
            "uno",
        ]

    def test_staff_can_add_a_language_that_is_not_shipped(self) -> None:
        texts = (own("points_earned", "fr", "{{ points }} points gagnés", "Solde : {{ balance }}."),)
        found = said("points_earned", EARNED, "fr-CA", texts=texts)
        assert found == ("1\xa0250 points gagnés", "Solde : 12\xa0500.")

    def test_a_text_that_fails_is_passed_over_for_the_shipped_one(self, caplog: pytest.LogCaptureFixture) -> None:
        for broken in ("{{ nothing }}", "{{ points|date }}", "{% for x in points %}", "{{ points.__class__ }}"):
            texts = (own("points_earned", "en", broken),)
            assert said("points_earned", EARNED, "en", texts=texts)[0] == "+1,250 Points"
        assert len(caplog.records) == 4

    def test_a_template_nobody_knows_is_called_as_the_programme(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.ERROR):
            assert said("of_a_newer_build", {}, "en") == ("Test", "")
        assert [record.getMessage() for record in caplog.records] == ["no words for a message"]

    def test_what_comes_out_is_bounded(self) -> None:
        title, body = said("announcement", {"title": "t" * 9_000, "body": "b" * 9_000}, "en")
        assert (len(title), len(body)) == (400, 4_000)

    def test_the_rest_of_a_message_stays_as_it_was(self) -> None:
        message = replace(a_message("points_earned", EARNED), data={"points": 5}, urgent=True)
        found = say(message, member=None, program=PROGRAM)
        assert replace(found, title="", body="") == message
