"""The key of the pseudonyms: a private file of the user's, outside every plan folder.

The file that ``--key`` names, else the one that ``SITING_KEY_FILE`` names, else one in the user's
configuration folder, which is made when a first column of national codes is met. Whoever holds the key can
tell whose pseudonym is whose; whoever loses it cannot make the same pseudonyms again.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

import typer

from data.disk import machine_error
from data.errors import Exit, Failure, SitingError
from data.text import phrase

VARIABLE = "SITING_KEY_FILE"
_NAME = "pseudonyms.key"
_KEY_BYTES, _LEAST_BYTES = 32, 16
_FINGERPRINT_HEX = 8


@dataclass(frozen=True)
class KeyFile:
    """Where the key is.

    Attributes
    ----------
    path : Path
        The file.
    named : bool
        Whether the user named it: it must then be there, and is not made.
    """

    path: Path
    named: bool

    @classmethod
    def find(cls, told: Path | None) -> KeyFile:
        """Return the file ``--key`` names, else the environment's, else the user's own."""
        if told is not None:
            return cls(told, named=True)
        if name := os.environ.get(VARIABLE, ""):
            return cls(Path(name).expanduser(), named=True)
        return cls(Path(typer.get_app_dir("siting")) / _NAME, named=False)

    def refuse_inside(self, out: Path) -> None:
        """Refuse a key in a folder that is written: who is handed the folder would be handed the key.

        Raises
        ------
        SitingError
            ``key_inside_folder``, exit code 6.
        """
        if self.path.resolve().is_relative_to(out.resolve()):
            raise _inside(self.path, out)

    def secret(self, *, make: bool = True) -> bytes:
        """Return the key; the user's own is made at first need.

        Parameters
        ----------
        make : bool
            Whether it may be made.

        Raises
        ------
        SitingError
            ``missing_key`` or ``bad_key``; ``key_inside_folder`` (exit code 6) for a key in a plan folder; or
            that the machine fails.
        """
        from data.kinds import is_plan_folder  # noqa: PLC0415 - heavy, and most runs need no key

        if inside := next((one for one in self.path.resolve().parents if is_plan_folder(one)), None):
            raise _inside(self.path, inside)
        try:
            if make and not self.named and not self.path.exists():
                _make(self.path)
            secret = self.path.read_bytes().strip()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise self._refused("missing_key") from error
        except IsADirectoryError as error:
            raise self._refused("is_directory") from error
        except OSError as error:
            raise machine_error(error, self.path) from error
        if len(secret) < _LEAST_BYTES:
            raise self._refused("bad_key")
        return secret

    def _refused(self, code: str) -> SitingError:
        return SitingError.of([Failure(self.path.name, 0, code, "", phrase(f"readers.{code}"))])


def fingerprint(secret: bytes) -> str:
    """Return 8 hex digits that tell keys apart and say nothing of the key."""
    return hmac.new(secret, b"fingerprint", hashlib.sha256).hexdigest()[:_FINGERPRINT_HEX]


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A file that mkstemp makes is its owner's alone.
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # Of two runs that need a key at once, the first gives it to both.
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        Path(beside).unlink(missing_ok=True)


def _inside(path: Path, folder: Path) -> SitingError:
    return SitingError(
        phrase("readers.key_inside_folder", file=path.name, path=folder.name),
        code="key_inside_folder",
        exit_code=Exit.REFUSED,
    )
