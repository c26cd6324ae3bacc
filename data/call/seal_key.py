"""The key of the pseudonyms under a seal: where national codes name applicants, it decides their lots.

What is sealed of a key lets nobody find it, and any other is told from it: scrypt of the key, with the seed
as salt, and its parameters beside it.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from data.errors import Exit, SitingError
from data.key_file import fingerprint
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Collection

    from data.call.seal import Seal
    from data.key_file import KeyFile

PSEUDONYM = re.compile(r"N-[0-9A-HJKMNP-TV-Z]{14}")
"""As `data.pseudonyms` makes them."""
_COST, _BLOCK, _LANES, _BYTES = 2**15, 8, 1, 32
_MOST_MEMORY = 64 * 2**20


def commitment_of(secret: bytes, seed: int) -> dict[str, Any]:
    """Return what is sealed of a key: whoever holds it makes the same again, and nobody else.

    Parameters
    ----------
    secret : bytes
        The key.
    seed : int
        Of the lottery.
    """
    salt = str(seed)
    made = hashlib.scrypt(
        secret, salt=salt.encode(), n=_COST, r=_BLOCK, p=_LANES, maxmem=_MOST_MEMORY, dklen=_BYTES
    )
    return {"scrypt": made.hex(), "salt": salt, "n": _COST, "r": _BLOCK, "p": _LANES}


def sealable(file: KeyFile) -> bytes:
    """Return the key to seal: that of a file the user names, else the user's own where it was made already.

    Raises
    ------
    SitingError
        As `data.key_file.KeyFile.secret`.
    """
    return file.secret(make=False) if file.named or file.path.exists() else b""


def check_key(seal: Seal, file: KeyFile, *, ids: Collection[str], fingerprints: Collection[str] = ()) -> None:
    """Refuse another key than the sealed one; without pseudonyms as ids a key decides nothing.

    Parameters
    ----------
    seal : Seal
        The seal of the run.
    file : KeyFile
        Where the key of the run is.
    ids : collection of str
        Of the applicants.
    fingerprints : collection of str
        Of the keys with which a file says that its pseudonyms were made.

    Raises
    ------
    SitingError
        Exit code 6: ``key_not_sealed`` where pseudonyms are ids and the seal binds no key;
        ``other_sealed_key``; ``vetted_with_other_key``.
    """
    kept, decides = seal.sealed.get("key"), any(PSEUDONYM.fullmatch(one) for one in ids)
    if kept is None:
        if decides:
            raise _refused("key_not_sealed", file)
        return
    if not (decides or file.named):
        return
    if not file.path.is_file():
        raise _refused("other_sealed_key", file)
    secret = file.secret(make=False)
    if commitment_of(secret, seal.seed) != kept:
        raise _refused("other_sealed_key", file)
    if decides and set(fingerprints) - {"", fingerprint(secret)}:
        raise _refused("vetted_with_other_key", file)


def _refused(code: str, file: KeyFile) -> SitingError:
    return SitingError(phrase(f"call.{code}", file=str(file.path)), code=code, exit_code=Exit.REFUSED)
