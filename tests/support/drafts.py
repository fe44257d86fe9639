"""Drafts and simulations for tests: what a marketer has done before."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from domain.actors import Actor, ActorKind
from domain.program.program import Program
from domain.program.versions import Draft, content_hash
from mongo.client import Database
from services.context import Context
from services.program.dump import dump_program
from services.program.save_draft import SaveDraft, save_draft

KIM, LEE, MAX = (Actor(ActorKind.AGENT, name) for name in ("kim", "lee", "max"))


async def saved(context: Context, program: Program, *, by: Actor = KIM, **command: Any) -> Draft:
    """A draft of the programme."""
    outcome = await save_draft(context, by, SaveDraft(dump_program(program), "Why not.", **command))
    assert isinstance(outcome, Draft), outcome
    return outcome


async def simulated(
    database: Database, program: Program, *, at: datetime, against: int = 1, state: str = "DONE", **more: Any
) -> None:
    """A simulation of the programme's content as its own room writes it, finished at that time; of everyone and
    all that happened, unless `more` says otherwise."""
    await database["simulations"].insert_one(
        {
            "_id": secrets.token_hex(10),
            "draft": None,
            "hash": content_hash(program),
            "against": against,
            "state": state,
            "percent": "100",
            "startedAt": at,
            "finishedAt": at,
            "report": {},
        }
        | more
    )


DAY_AND_MORE = timedelta(hours=24, milliseconds=1)
