"""Published versions, newest first."""

from dataclasses import dataclass

from domain.program.versions import Version, VersionStatus, version_status
from services.context import Context


@dataclass(frozen=True, slots=True)
class VersionPage:
    """A part of the list with the status of each, and whether more follows."""

    versions: tuple[tuple[Version, VersionStatus], ...]
    has_next: bool


async def list_versions(context: Context, *, first: int = 20, before: int | None = None) -> VersionPage:
    """At most `first` versions, those below the number `before`."""
    found = await context.programs.versions(first=first + 1, before=before)
    current = (await context.programs.current()).version
    shown = tuple((version, version_status(version.number, current)) for version in found[:first])
    return VersionPage(shown, len(found) > first)
