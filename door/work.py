"""Provinces side by side on whatever workers there are, and again where a worker died."""

from __future__ import annotations

import warnings
from collections import Counter
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from joblib import Parallel, delayed

from data.errors import Exit, SitingError
from data.process.deadline import Deadline, shares
from data.text import phrase
from door.province import Founded, Lost, Order, found_province

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from data.build.building import Province

STRIKES = 2
"""Times a province may be in work when a worker dies before it is worked on alone."""


@dataclass(frozen=True)
class Work:
    """The provinces that are to be founded.

    Attributes
    ----------
    waiting : mapping of str to Province
        They, by code.
    order : callable
        Returns what a province is to be founded with, of its code, its name and the end of its search.
    number : int
        Workers.
    deadline : Deadline
        When everything is to be written.
    streams : bool
        Whether they hand over each result when it is there, or those of one province a worker together.
    """

    waiting: Mapping[str, Province]
    order: Callable[[str, str, Deadline], Order]
    number: int
    deadline: Deadline
    streams: bool = True
    _strikes: Counter[str] = field(default_factory=Counter)

    def outcomes(self) -> Iterator[Founded | Lost]:
        """Yield what becomes of each province, the largest begun first, until all are done or time is up."""
        left = dict(sorted(self.waiting.items(), key=lambda item: -item[1].households))
        while left and not self.deadline():
            alone = [code for code in left if self._strikes[code] >= STRIKES]
            together = [code for code in left if self._strikes[code] < STRIKES]
            if not self.streams:
                together = together[: self.number]
            for part in [*([[code] for code in alone]), *([together] if together else [])]:
                for outcome in self._round({code: left[code] for code in part}):
                    del left[outcome.code]
                    yield outcome

    def _round(self, part: Mapping[str, Province]) -> Iterator[Founded | Lost]:
        """Yield outcomes until all of a part are done, or a worker died and took others' work with it."""
        sent: list[str] = []
        unbuilt: list[Lost] = []
        returned: set[str] = set()
        failed: Exception | None = None
        # joblib warns of results that nobody took; after an interrupt nobody is to take them.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            # A process of its own for a province that is worked on alone.
            number = max(self.number, 2) if self._is_struck(part) else self.number
            try:
                kind = "generator_unordered" if self.streams else "list"
                parallel = Parallel(n_jobs=number, return_as=kind, batch_size=1, pre_dispatch="n_jobs")
                made = parallel(self._jobs(part, sent, unbuilt))
                with closing(made) if self.streams else nullcontext(made) as results:
                    for outcome in results:
                        returned.add(outcome.code)
                        yield outcome
            except Exception as error:  # noqa: BLE001 - whatever a cluster may say when it loses a worker
                failed = error
        yield from unbuilt
        if failed is not None:
            yield from self._struck(part, [code for code in sent if code not in returned], failed)

    def _is_struck(self, part: Mapping[str, Province]) -> bool:
        return all(self._strikes[code] >= STRIKES for code in part)

    def _struck(self, part: Mapping[str, Province], codes: list[str], error: Exception) -> Iterator[Lost]:
        """Count against each that was in work; yield those that were alone, or could not even be sent."""
        alone = self._is_struck(part)
        self._strikes.update(codes)
        code = "worker_died" if codes else "workers_gone"
        words = phrase(f"cli.{code}", kind=type(error).__name__)
        for one in part if alone or not codes else ():
            yield Lost(one, part[one].name, SitingError(words, code=code, exit_code=Exit.MACHINE))

    def _jobs(self, part: Mapping[str, Province], sent: list[str], unbuilt: list[Lost]) -> Iterator[Any]:
        stops = shares([one.households for one in part.values()], self.number, self.deadline)
        for (code, province), stop in zip(part.items(), stops, strict=True):
            if self.deadline():
                return
            try:
                problem = province.build()
            except Exception as error:  # noqa: BLE001 - one province must not lose the others
                unbuilt.append(Lost.to(error, code=code, province=province.name))
                continue
            sent.append(code)
            yield delayed(found_province)(problem, self.order(code, province.name, stop))
