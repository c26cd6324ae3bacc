"""A nation's folder that lacks provinces: what it was made from, and what of it stays."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from data.casebook import CASEBOOK
from data.errors import Exit, Failure, SitingError
from data.folder import RUN_STATS
from data.hashing import file_hash
from data.nation.folder import PROVINCES, SUMMARY
from data.rules import Rules, read_rules
from data.standing import MAP, RUN
from data.summary import plain_rules
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from data.intake import Inputs
    from data.text import Lang

_MADE_ANEW = (MAP, SUMMARY, RUN_STATS)


@dataclass(frozen=True)
class Begun:
    """A nation that was begun.

    Attributes
    ----------
    folder : Path
        Where it stands.
    summary, run : mapping
        Its ``summary.json`` and ``run.toml``.
    """

    folder: Path
    summary: Mapping[str, Any]
    run: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> Begun:
        """Read what a nation's folder says of itself.

        Raises
        ------
        SitingError
            Exit code 6: there is no folder (``nothing_to_resume``), it is no nation's (``not_a_nation``), or
            what it says cannot be read (``unreadable_nation``).
        """
        if not folder.exists():
            raise _refused("nothing_to_resume", folder)
        if not (folder / PROVINCES).is_dir():
            raise _refused("not_a_nation", folder)
        try:
            summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
            run = tomllib.loads((folder / RUN).read_text(encoding="utf-8"))
            _ = [one["code"] for part in ("provinces", "missing") for one in summary[part]]
            _ = summary["inputs"], summary["versions"], summary["rules"], run["inputs"]["keep"], run["seed"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _refused("unreadable_nation", folder) from error
        return cls(folder, summary, run)

    @property
    def finished(self) -> list[str]:
        """Codes of the provinces that are planned and stand there."""
        codes = [one["code"] for one in self.summary["provinces"]]
        return [code for code in codes if (self.folder / PROVINCES / code / CASEBOOK).is_file()]

    @property
    def lacks(self) -> int:
        """How many provinces are missing, those that were taken away since among them."""
        return len(self.summary["missing"]) + len(self.summary["provinces"]) - len(self.finished)

    def page_lang(self, lang: Lang) -> Lang:
        """Return the language that its pages open in; ``lang`` where it does not say."""
        return "fa" if self.run.get("lang", lang) == "fa" else "en"

    def named(self, inputs: Inputs) -> Inputs:
        """Return the same inputs under the name that was begun, to be read with the same key."""
        fingerprint = str(self.run.get("key_fingerprint", ""))
        return replace(inputs, scenario=str(self.summary["scenario"]), key_fingerprint=fingerprint)

    def check_same(
        self,
        inputs: Inputs,
        *,
        seed: int,
        versions: Mapping[str, str],
        demo: Mapping[str, object] | None = None,
    ) -> None:
        """Refuse a run that is not the one that was begun; no table is read for it.

        Parameters
        ----------
        inputs : Inputs
            Files of the run.
        seed : int
            Seed of the run.
        versions : mapping of str to str
            Of this program and its libraries, as a plan records them.
        demo : mapping, optional
            What a demo was asked for.

        Raises
        ------
        SitingError
            Exit code 6 with everything that differs: ``other_input``, ``other_rules``, ``other_seed``,
            ``other_columns``, ``other_version``, ``other_demo``; exit code 3 for an input that is not there.
        """
        found = [*self._other_inputs(inputs), *self._other_rest(inputs, seed, demo)]
        before = self.summary["versions"]
        found += [
            _other("version", name, then=before.get(name, "-"), now=versions.get(name, "-"))
            for name in sorted({*before, *versions})
            if before.get(name) != versions.get(name)
        ]
        if found:
            raise SitingError(
                phrase("cli.problems", count=len(found)),
                code=found[0].code,
                exit_code=Exit.REFUSED,
                failures=found,
            )

    def _other_inputs(self, inputs: Inputs) -> Iterator[Failure]:
        then, now = self.summary["inputs"], inputs.files()
        absent = [
            Failure(path.name, 0, "missing_file", "", phrase("readers.missing_file"))
            for path in now.values()
            if not path.is_file()
        ]
        if absent:
            raise SitingError.of(absent)
        hashes = {role: file_hash(path) for role, path in now.items()}
        for role in sorted({*then, *hashes}):
            if then.get(role) != hashes.get(role):
                name = now[role].name if role in now else role
                how = "changed" if role in then and role in hashes else "new" if role in hashes else "gone"
                yield Failure(name, 0, "other_input", "", phrase(f"folder.other_input_{how}"))
        given = read_rules(inputs.rules) if inputs.rules else Rules()
        if then.get("rules") == hashes.get("rules") and plain_rules(given) != self.summary["rules"]:
            yield _other("rules")

    def _other_rest(self, inputs: Inputs, seed: int, demo: Mapping[str, object] | None) -> Iterator[Failure]:
        if seed != self.run["seed"]:
            yield _other("seed", then=self.run["seed"], now=seed)
        if list(inputs.keep) != self.run["inputs"]["keep"]:
            yield _other("columns")
        asked = {key: value for key, value in (demo or {}).items() if value is not None}
        if demo is not None and asked != self.run.get("demo"):
            yield _other("demo")

    def carry(self, target: Path) -> None:
        """Bring into another folder everything that stays, byte for byte: finished provinces and inputs.

        Files are linked where the disk can, else copied.

        Parameters
        ----------
        target : Path
            An empty folder on the same disk.
        """
        kept = {f"{PROVINCES}/{code}" for code in self.finished}
        for entry in sorted(self.folder.iterdir()):
            if entry.name == PROVINCES:
                (target / PROVINCES).mkdir()
            elif entry.is_dir() and entry.name not in _MADE_ANEW:
                kept.add(entry.name)
            elif entry.is_file() and entry.name not in _MADE_ANEW:
                _link(entry, target / entry.name)
        for name in sorted(kept):
            shutil.copytree(self.folder / name, target / name, copy_function=_link)


def _link(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        # Not every disk knows hard links.
        shutil.copy2(source, target)


def _other(what: str, name: str = "", **values: object) -> Failure:
    return Failure(RUN, 0, f"other_{what}", name, phrase(f"folder.other_{what}", **values))


def _refused(code: str, folder: Path) -> SitingError:
    return SitingError(phrase(f"folder.{code}", path=folder.name), code=code, exit_code=Exit.REFUSED)
