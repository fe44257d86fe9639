"""Which attributes of a profile a programme goes by: members cannot give themselves what rules look at."""

import json
import re
from dataclasses import replace

from domain.members.change import KEPT_ATTRIBUTES
from domain.program.plain import program_to_plain
from domain.program.program import Program

_NAMED = re.compile(r"""\bprofile\s*(?:\.\s*([A-Za-z_][A-Za-z0-9_]*)|\[\s*\\?["']([^"'\\]+)\\?["']\s*\])""")


def kept_attributes(program: Program) -> frozenset[str]:
    """Every name that stands behind `profile` anywhere in the programme; a name too many does no harm.

    Of rewards only their conditions are looked through, so that a large catalog costs little.
    """
    plain = program_to_plain(replace(program, rewards=()))
    texts = [json.dumps(plain, ensure_ascii=False), *(reward.when for reward in program.rewards if reward.when)]
    return KEPT_ATTRIBUTES | {one or other for text in texts for one, other in _NAMED.findall(text)}
