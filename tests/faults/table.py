"""Every fault of the server, and what must come of it where no other source is there to help.

A row says first what must come of an artifact with a known digest (in full, its beginning or an MD5), then of one
without. Several outcomes are allowed where a client may well be stricter or more forgiving. `SERVED` stands for what
nobody can tell: the server sent, without any contradiction, other bytes than the published ones.
"""

from __future__ import annotations

from enum import Enum


class Outcome(Enum):
    RIGHT = "the right bytes"
    REFUSED = "TransferError"
    MISMATCH = "DigestMismatch"
    SERVED = "what the server sent"


RIGHT = (Outcome.RIGHT,)
REFUSED = (Outcome.REFUSED,)
MISMATCH = (Outcome.MISMATCH,)
SERVED = (Outcome.SERVED,)
FORGIVEN = (*RIGHT, *REFUSED)
ANY_BUT_WRONG = (*RIGHT, *REFUSED, *MISMATCH)

Outcomes = tuple[Outcome, ...]

HONEST = [
    "ok",
    "no-etag",
    "no-ranges",
    "refuses-ranges",
    "weak-etag",
    "attachment",
    "old-protocol",
    "unmeasured",
    "chunked",
    "paced",
    "slow-start",
    "redirect",
    "redirect-across",
    "redirect-each-time",
    "uninvited-whole-range",
    "length-twice",
    "hangs-up",
    "babble",
]

MENDED = [
    "truncate-once",
    "drop",
    "stall-once",
    "reset-once",
    "whole-for-range",
    "shifted-range",
    "nameless-range",
    "short-ranges",
    "small-ranges-only",
    "no-range-satisfied",
    "unknown-total",
    "503-once",
    "429-burst",
    "500-burst",
    "503-burst",
    "retry-at-a-date",
    "retry-in-the-past",
    "retry-next-year",
    "retry-beyond-numbers",
    "retry-negative",
    "retry-in-words",
    "retry-in-odd-digits",
    "changing",
    "replaced",
    "replaced-unsaid",
    "replaced-under-a-weak-etag",
    "careless",
    "multipart-range",
    "backward-range",
]

NOT_THERE = [
    "401",
    "403",
    "403-burst",
    "404",
    "410",
    "429",
    "500",
    "502",
    "503",
    "204",
    "304",
    "999",
    "html",
    "redirect-loop",
    "redirect-loop-across",
    "redirect-nowhere",
    "redirect-to-file",
    "redirect-to-nonsense",
    "redirect-to-a-dead-host",
    "portal",
    "reset-at-once",
    "silent",
    "not-http",
    "uninvited-range",
]

NEVER_WHOLE = [
    "truncate",
    "trickle",
    "ragged",
    "stall",
    "drip",
    "reset-midway",
    "broken-chunk",
    "chunk-too-short",
    "chunks-cut",
]

OUTCOMES: dict[str, tuple[Outcomes, Outcomes]] = (
    dict.fromkeys(HONEST, (RIGHT, RIGHT))
    | dict.fromkeys(MENDED, (RIGHT, RIGHT))
    | dict.fromkeys(NOT_THERE, (REFUSED, REFUSED))
    | dict.fromkeys(NEVER_WHOLE, (REFUSED, REFUSED))
    | {f"crowd-{kind}": (RIGHT, RIGHT) for kind in ("429", "503", "closed", "reset", "breaks")}
    | {
        # The whole may be asked for instead, or not.
        "wrong-range": (FORGIVEN, FORGIVEN),
        "drops-ranges": (FORGIVEN, FORGIVEN),
        "half-each-time": (FORGIVEN, FORGIVEN),
        "html-for-range": (REFUSED, REFUSED),
        "html-in-disguise": ((*REFUSED, *MISMATCH), REFUSED),
        # Ranges that contradict themselves; whether they do can only be told by a digest in some.
        "overlong-range": (ANY_BUT_WRONG, FORGIVEN),
        "lying-total": (ANY_BUT_WRONG, FORGIVEN),
        "gzipped-range": (ANY_BUT_WRONG, FORGIVEN),
        "mislabelled-range": (ANY_BUT_WRONG, SERVED),
        # Bytes that are not the published ones.
        "wrong": (MISMATCH, SERVED),
        "wrong-tail": (MISMATCH, SERVED),
        "flipped": (MISMATCH, SERVED),
        "longer": (MISMATCH, SERVED),
        "shorter": (MISMATCH, SERVED),
        "empty": ((*MISMATCH, *REFUSED), (*SERVED, *REFUSED)),
        "endless": (MISMATCH, SERVED),
        "without-end": (MISMATCH, ()),
        # Lengths that cannot be, or that the body contradicts.
        "length-too-small": (MISMATCH, SERVED),
        "length-too-large": (ANY_BUT_WRONG, REFUSED),
        "lengths-differ": (FORGIVEN, FORGIVEN),
        "length-negative": (FORGIVEN, FORGIVEN),
        "length-in-words": (FORGIVEN, FORGIVEN),
        "length-beyond-numbers": (FORGIVEN, FORGIVEN),
        "many-headers": (FORGIVEN, FORGIVEN),
        "long-header": (FORGIVEN, FORGIVEN),
        # Compressed although nobody asked: unpacked or refused, but never taken for the file.
        "gzipped": (ANY_BUT_WRONG, FORGIVEN),
    }
)

NEVER_ENDS = ("without-end",)
"""Tried only where a size is known: it would fill the disk."""
