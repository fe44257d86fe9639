"""What an operator may choose about the API process, and the limits it holds every client to."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one document. Generous: no client of the app comes near them, and hostile ones stop here.

    `fields`, `aliases` and `depth` count what a document means after its fragments are spread; `overlap` is what
    comparing its repeated fields may cost.
    """

    source_length: int = 100_000
    tokens: int = 5_000
    depth: int = 30
    aliases: int = 200
    fields: int = 2_000
    overlap: int = 20_000
    definitions: int = 200
    variables_depth: int = 64


@dataclass(frozen=True, slots=True)
class Options:
    """Options of one API process. Sizes in bytes, times in seconds."""

    development: bool = False
    allowed_origins: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    largest_body: int = 1024 * 1024
    body_timeout: float = 30.0
    cached_documents: int = 1_000
    cached_document_bytes: int = 512 * 1024
    socket_init_timeout: float = 10.0
    operations_per_socket: int = 50
    stream_keep_alive: float = 12.0
    readiness_timeout: float = 2.0
