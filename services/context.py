"""What every use case works with: the stores, the poster and the clock, passed in and never global."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cache.balances import Balances
from cache.boards import Boards
from cache.signals import Signals
from domain.alerts.subscription import WebPushOffer
from domain.alerts.template import TemplateText, TextProblem, WordsOf
from domain.inbox.message import Message
from domain.members.change import ContactChange
from domain.members.member import Member
from domain.program.program import Program
from domain.rewards.redemption import Redemption
from mongo.accounts import Accounts
from mongo.announcements import Announcements
from mongo.approvals import Approvals
from mongo.companions import CompanionCounts
from mongo.deliveries import Deliveries
from mongo.delivery_counts import DeliveryCounts
from mongo.devices import Devices
from mongo.drafts import Drafts
from mongo.events import Events
from mongo.favourites import Favourites
from mongo.fingerprints import Fingerprints
from mongo.goals import Goals
from mongo.inbox import Inbox
from mongo.ledger import Ledger
from mongo.members import Members
from mongo.notes import Notes
from mongo.partner_orders import PartnerOrders
from mongo.payments import Payments
from mongo.pools import Pools
from mongo.preferences import MemberPreferences
from mongo.programs import Programs
from mongo.redemptions import Redemptions
from mongo.restocks import Restocks
from mongo.rewards import Rewards
from mongo.simulations import Simulations
from mongo.templates import Templates
from mongo.totals import ProgrammeTotals
from mongo.transactions import Transactions
from services.earning.rooms import Rooms
from services.earning.rule_failures import RuleFailures
from services.gathered import GatheredReads
from services.ledger.poster import Poster
from services.rewards.shelves import Shelves

SecurityNews = Callable[[str, ContactChange, datetime], Message]
"""Says what a member is to be told of a change of how they can be reached, and when."""
RedemptionNews = Callable[[Redemption, Program, datetime], Sequence[Message]]
"""Says what a member is to be told of a redemption."""


class Say(Protocol):
    """Puts messages into their readers' words."""

    def __call__(
        self, message: Message, *, member: Member | None, program: Program, texts: Sequence[TemplateText] = ()
    ) -> Message:
        """With title and body; for None in the programme's language. It never raises."""


class Workshop(Protocol):
    """What staff need to write words of their own."""

    def templates(self) -> Sequence[str]:
        """The names of all, sorted."""

    def locale(self, text: str) -> str | None:
        """A locale as it is written; None for one that nobody knows."""

    def values(self, template: str, locale: str, program: Program) -> Mapping[str, str]:
        """What the template's texts may use, each with an example."""

    def shipped(self, template: str, locale: str) -> WordsOf:
        """What is shipped, in the locale or the nearest that there is."""

    def problems(self, template: str, locale: str, title: str, body: str) -> Sequence[TextProblem]:
        """What is wrong with a text, the title's first."""

    def shown(
        self, template: str, words: WordsOf, program: Program, *, member: Member | None, balance: int | None
    ) -> WordsOf:
        """Words without problems as the member, or somebody made up, would read them."""


@dataclass(frozen=True, slots=True)
class Context:
    """One process's stores. `clock` answers UTC in whole milliseconds."""

    clock: Callable[[], datetime]
    programs: Programs
    drafts: Drafts
    simulations: Simulations
    members: Members
    ledger: Ledger
    poster: Poster
    rooms: Rooms
    failures: RuleFailures
    events: Events
    fingerprints: Fingerprints
    rewards: Rewards
    restocks: Restocks
    gathered: GatheredReads
    shelves: Shelves
    favourites: Favourites
    goals: Goals
    companions: CompanionCounts
    redemptions: Redemptions
    partner_orders: PartnerOrders
    redemption_news: RedemptionNews
    pools: Pools
    payments: Payments
    approvals: Approvals
    notes: Notes
    inbox: Inbox
    deliveries: Deliveries
    delivery_counts: DeliveryCounts
    devices: Devices
    preferences: MemberPreferences
    web_push: WebPushOffer
    security_news: SecurityNews
    say: Say
    templates: Templates
    announcements: Announcements
    workshop: Workshop
    accounts: Accounts
    totals: ProgrammeTotals
    balances: Balances
    boards: Boards
    signals: Signals
    transactions: Transactions
