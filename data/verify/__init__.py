"""The independent verifier: recounts a plan from its tables alone and certifies what it finds right."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.verify.certificate import Certificate, problem_hash
    from data.verify.checking import findings, verify
    from data.verify.finding import VerificationError

_HOME = {
    "Certificate": "data.verify.certificate",
    "VerificationError": "data.verify.finding",
    "findings": "data.verify.checking",
    "problem_hash": "data.verify.certificate",
    "verify": "data.verify.checking",
}

__all__ = ["Certificate", "VerificationError", "findings", "problem_hash", "verify"]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
