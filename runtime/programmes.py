"""The programme at a terminal: drafts, versions and publications, in lines that people read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from domain.actors import Actor, ActorKind
from domain.program.program import Program
from domain.program.versions import Draft, DraftStatus, Version, VersionStatus
from domain.refusals import Refused
from domain.time import day_start, print_date_time, whole_ms
from resolvers.ids import global_id, key_of
from runtime.faults import CannotRun
from runtime.wiring import House
from services.program.dump import dump_program
from services.program.list_drafts import list_drafts, statuses
from services.program.list_versions import list_versions
from services.program.publish_version import PublishVersion, publish_version
from services.program.refusals import Flawed
from services.program.refuse_unsimulated import Unsimulated
from services.program.save_draft import SaveDraft, save_draft

MOST = 100
_VERSION_WORDS = {
    VersionStatus.SCHEDULED: "scheduled",
    VersionStatus.IN_FORCE: "in force",
    VersionStatus.SUPERSEDED: "superseded",
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line says of a publication."""

    file: Path
    begins: str | None
    by: str | None
    approved_by: str | None
    unsimulated: str | None


class CannotPublish(CannotRun):
    """The reason, and what to do next."""


async def show(house: House, *, version: int | None, draft: str | None) -> str:
    """The YAML of a version (None: the one in force), or of a draft. Raises CannotRun when there is none."""
    if draft is not None:
        return dump_program((await _draft(house, draft)).program)
    programs = house.context.programs
    if version is None:
        return dump_program(await programs.current())
    if await programs.version(version) is None:
        raise CannotRun(f"There is no version {version}: `regulars program versions` lists them all.")
    return dump_program(await programs.at(version))


async def save(house: House, command: SaveDraft, *, file: Path, by: str) -> Draft:
    """The saved draft of the text that the file has. Raises CannotRun with every problem, and the file's lines."""
    if command.draft is not None:
        command = replace(command, draft=key_of("ProgramDraft", command.draft) or command.draft)
    outcome = await save_draft(house.context, Actor(ActorKind.AGENT, by), command)
    return _surely(outcome, str(file))


async def publish(house: House, program: Program, wish: Wish) -> Version:
    """The version. Raises CannotPublish for what the service refuses."""
    begins = moment(wish.begins, program) if wish.begins else None
    command = PublishVersion(program, wish.by, wish.approved_by, begins, wish.unsimulated)
    outcome = await publish_version(house.context, command)
    if not isinstance(outcome, Refused):
        return outcome
    if isinstance(outcome, Unsimulated):
        raise CannotPublish(
            f"{outcome.message} `regulars program simulate {wish.file}`, or give a reason why not: "
            "--without-simulation REASON."
        )
    raise CannotPublish(_told(outcome, str(wish.file)))


def moment(text: str, program: Program, option: str = "--from") -> datetime:
    """A day's beginning in the programme's zone, or a moment with its offset. Raises CannotRun for neither."""
    try:
        if _DAY.fullmatch(text):
            return day_start(date.fromisoformat(text), program.zone)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.tzinfo is None:
        raise CannotRun(f"{option} takes a day, 2027-01-31, or a moment, 2027-01-31T18:00:00Z, not {text!r}.")
    return whole_ms(found)


async def version_lines(house: House) -> list[str]:
    """Every version, newest first, and how it came to be."""
    page = await list_versions(house.context, first=MOST)
    lines = [line for version, status in page.versions for line in _version_lines(version, status)]
    if page.has_next:
        lines.append(f"... and those before: only the newest {MOST} are shown.")
    return lines


async def draft_lines(house: House) -> list[str]:
    """Every draft, the last saved first, and how far it has come."""
    page = await list_drafts(house.context, first=MOST)
    if not page.drafts:
        return ["There is no draft: `regulars program draft FILE --by NAME --note TEXT` saves one."]
    found = await statuses(house.context, page.drafts)
    return [draft_line(draft, status) for draft, status in zip(page.drafts, found, strict=True)]


def draft_line(draft: Draft, status: DraftStatus) -> str:
    """One draft in a line."""
    words = f"as version {draft.version}" if draft.version is not None else ""
    saved = f"revision {draft.revision} of {print_date_time(draft.saved_at)} by {draft.author.id}"
    return f"{draft_id(draft)}  {status.value.lower()} {words}".rstrip() + f"  {saved}: {draft.note}"


def draft_id(draft: Draft) -> str:
    """The id that the API has for it, too."""
    return str(global_id("ProgramDraft", draft.id))


def begins_line(name: str, version: Version, now: datetime) -> str:
    """What a publication has done."""
    if version.publication.begins <= now:
        return f"{name}: version {version.number} is in force."
    return f"{name}: version {version.number} will be in force from {print_date_time(version.publication.begins)}."


def _version_lines(version: Version, status: VersionStatus) -> Iterator[str]:
    how = version.publication
    people = f"by {how.by.id or 'the system'}" + (f", approved by {how.approved_by.id}" if how.approved_by else "")
    yield f"{version.number:>4}  {_VERSION_WORDS[status]:<10}  from {print_date_time(how.begins)}  {people}"
    if how.note:
        yield f"      {how.note}"
    if how.unsimulated:
        yield f"      without a simulation: {how.unsimulated}"


async def _draft(house: House, name: str) -> Draft:
    found = await house.context.drafts.get(key_of("ProgramDraft", name) or name)
    if found is None:
        raise CannotRun(f"There is no draft {name}: `regulars program draft` lists them all.")
    return found


def _surely(outcome: Draft | Refused, file: str) -> Draft:
    if isinstance(outcome, Refused):
        raise CannotRun(_told(outcome, file))
    return outcome


def _told(refused: Refused, file: str) -> str:
    if not isinstance(refused, Flawed):
        return refused.message
    return "\n".join(
        ["The programme has problems.", *(f"{file}{_after_file(str(one))}" for one in refused.problems)]
    )


def _after_file(problem: str) -> str:
    return problem[problem.index(":") :]
