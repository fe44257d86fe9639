"""What `regulars doctor` looks at. Every finding stands for itself: one that fails does not hide the others."""

from datetime import timedelta

from api.auth.key import read_keys
from api.auth.key_source import key_source
from cache.client import Cache
from domain.ledger.root import root_day
from domain.rewards.partner_order import OrderState
from domain.rewards.webhooks import door_name
from mongo.checkpoints import Checkpoints
from mongo.client import Database
from mongo.deployment import deployment
from mongo.faults import StoreFault, StoreUnavailable
from mongo.migrate import REVISION, revision
from mongo.partner_orders import PartnerOrders
from mongo.programs import NoProgram, Programs
from runtime.examine_channels import examine_channels
from runtime.faults import CannotRun
from runtime.finding import Finding
from runtime.roots import roots_folder, signing_key
from runtime.settings import Settings
from runtime.wiring import House, build_context, open_stores, system_clock
from runtime.workers.lags import follower_lags
from runtime.workers.roots import elsewhere, signed_day, signing_fault
from services.ledger.roots_folder import BadRoot

SILENT_SECONDS = 60
BEHIND_SECONDS = 60


async def examine(settings: Settings) -> list[Finding]:
    """Looks at MongoDB, the programme, Redis, the keys and the channels. Changes nothing, and sends nothing."""
    async with open_stores(settings) as (database, cache):
        findings = await _mongodb(database)
        findings.append(_redis(cache))
        if all(finding.well for finding in findings):
            findings += await _followers(House(database, cache, build_context(database, cache)))
            findings.append(await examine_roots(settings, database))
            findings += await examine_partners(settings, database)
    findings.append(await _keys(settings))
    return findings + await examine_channels(settings)


async def examine_roots(settings: Settings, database: Database) -> Finding:
    """Whether roots are signed, each day, in this folder. A key is not made for looking."""
    path = settings.root_key_path
    try:
        if path is None or path.exists() or not settings.development:
            signing_key(settings)
        newest, signed = roots_folder(settings).newest(), await signed_day(Checkpoints(database))
        refused = await signing_fault(Checkpoints(database))
    except (CannotRun, BadRoot) as fault:
        return Finding(False, str(fault))
    except OSError as fault:
        return Finding(False, f"The folder of roots cannot be used: {fault.filename}: {fault.strerror}.")
    if roots_folder(settings).lacks(signed):
        return Finding(False, elsewhere(roots_folder(settings), signed))
    if refused:
        return Finding(False, refused)
    if newest is None:
        return Finding(True, f"No root is signed yet; the worker signs one each day, into {settings.roots}.")
    late = root_day(system_clock()) - newest.date > timedelta(days=1)
    text = f"The newest signed root is of {newest.date}"
    return Finding(not late, f"{text}: start `regulars worker`, or see its log." if late else f"{text}.")


async def examine_partners(settings: Settings, database: Database) -> list[Finding]:
    """Whether partners of the programme can be told, and whether telling one was given up. Nobody is asked."""
    findings = []
    for partner in (await Programs(database).current()).partners:
        name = f"REGULARS_PARTNER_{door_name(partner.code)}"
        known = door_name(partner.code) in settings.partners
        text = "will be told what to hand out." if known else f"cannot be told: set {name}_URL and {name}_SECRET."
        findings.append(Finding(known, f"The partner {partner.name} {text}"))
    dead = await PartnerOrders(database).count(OrderState.DEAD)
    if dead:
        todo = "see `partnerOrders` in the API, and try them again with `retryPartnerOrder`"
        findings.append(Finding(False, f"{dead} orders at partners were given up: {todo}."))
    return findings


async def _mongodb(database: Database) -> list[Finding]:
    try:
        found = await deployment(database)
    except (StoreUnavailable, StoreFault) as fault:
        return [Finding(False, f"MongoDB does not answer: see that it runs and MONGODB_URI is right ({fault}).")]
    findings = [Finding(True, f"MongoDB {found.version} answers.")]
    if not found.transactions:
        text = "MongoDB is a lone server: start it as a replica set (of one will do), transactions need it."
        findings.append(Finding(False, text))
    elif not found.writable:
        findings.append(Finding(False, "MongoDB takes no writes now: its set has no primary, or this is another."))
    return [*findings, await _revision(database), await _programme(database)]


async def _revision(database: Database) -> Finding:
    found = await revision(database)
    if found == REVISION:
        return Finding(True, f"The database {database.name} has revision {REVISION}.")
    todo = "run `regulars migrate`" if found < REVISION else "deploy the build that made it, or a newer one"
    return Finding(
        False, f"The database {database.name} has revision {found}, this build needs {REVISION}: {todo}."
    )


async def _programme(database: Database) -> Finding:
    try:
        program = await Programs(database).current()
    except NoProgram:
        return Finding(
            False, "No programme is published: run `regulars program publish FILE`, or `regulars demo`."
        )
    return Finding(True, f"The programme {program.name} is in force, version {program.version}.")


def _redis(cache: Cache) -> Finding:
    if cache.available:
        return Finding(True, "Redis answers.")
    return Finding(
        False, "Redis does not answer: everything works without it, slower. See that REDIS_URL is right."
    )


async def _followers(house: House) -> list[Finding]:
    findings: list[Finding] = []
    for lag in await follower_lags(house):
        if lag.seconds is None or lag.silent_for is None:
            text = f"The follower {lag.follower} has never run: start `regulars worker`."
            findings.append(Finding(False, text))
            continue
        here = lag.silent_for < SILENT_SECONDS
        text = f"The follower {lag.follower} is {lag.seconds:.0f} s behind"
        if not here:
            text += f" and has said nothing for {lag.silent_for:.0f} s: start `regulars worker`, or see its log"
        if lag.skipped:
            text += f"; {lag.skipped} entries could not be handled: see its log, then `regulars rebuild`"
        findings.append(Finding(here and lag.seconds < BEHIND_SECONDS and not lag.skipped, f"{text}."))
    return findings


async def _keys(settings: Settings) -> Finding:
    if settings.jwks is None:
        return Finding(True, "Tokens are signed with the development key: `regulars token ROLE` makes them.")
    try:
        keys = read_keys(await key_source(settings.jwks)())
    except Exception as fault:  # whatever went wrong, it is the key set that cannot be had
        return Finding(False, f"The key set of JWKS cannot be had: {type(fault).__name__}. Nobody can sign in.")
    if not keys:
        return Finding(
            False, "The key set of JWKS holds no key that can be used: it needs ES256, RS256 or the like."
        )
    return Finding(True, f"The key set of JWKS holds {len(keys)} usable keys.")
