"""The content of a programme in one document: plain where it is small, packed where it would not fit."""

import asyncio
import json
import zlib
from collections.abc import Callable
from typing import TypeVar

from domain.program.plain import program_from_plain, program_to_plain
from domain.program.program import Program
from mongo.client import Document

_LARGE = 1_000
"""Rewards: so many are a megabyte, and take a moment to read."""
_Made = TypeVar("_Made")


def content_of(program: Program) -> Document | bytes:
    """What is stored; of more than 1,000 rewards as compressed JSON, a tenth of what it would be."""
    plain = program_to_plain(program)
    if not is_large(program):
        return plain
    return zlib.compress(json.dumps(plain, separators=(",", ":")).encode())


def program_in(content: Document | bytes, version: int = 0) -> Program:
    """The inverse."""
    plain = json.loads(zlib.decompress(content)) if isinstance(content, bytes) else content
    return program_from_plain(plain, version)


async def read_program(content: Document | bytes, version: int = 0) -> Program:
    """The inverse, beside everything else where it takes long."""
    if isinstance(content, bytes):
        return await asyncio.to_thread(program_in, content, version)
    return program_in(content, version)


async def aside(program: Program, make: Callable[[], _Made]) -> _Made:
    """What is made of a programme: here where it is quick, else beside everything else."""
    return await asyncio.to_thread(make) if is_large(program) else make()


def is_large(program: Program) -> bool:
    """Whether its catalog is one that takes a moment to go through."""
    return len(program.rewards) > _LARGE
