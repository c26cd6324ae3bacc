"""A version of a plan as it may be published: official totals of the version, all else of its release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.casebook.ever import rows_ever
from data.privacy.history import differing, ever_changed, snapshot, snapshots, states
from data.privacy.releases import Version, density_of, places_of, release_of
from data.public import measured, plan_of_many, public_summary
from data.summary import summarize, weighted_km

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd

    from data.casebook import Casebook
    from data.plan import Plan
    from data.privacy.releases import Release
    from data.problem import Problem

_OF_RELEASE = ("km", "objective_km", "terms", "bound_km", "bound_gap", "kept_together_loss_km")
_STANDS = ("center_id", "lon", "lat")


@dataclass(frozen=True)
class Published:
    """What may be published of one version.

    Attributes
    ----------
    plan : Plan
        Its centers and vacancies with their totals; ground, kilometres and bound as of the release.
    places : DataFrame
        Which village or quarter goes to which center (`data.privacy.releases.places_of`).
    density : DataFrame
        Households by cell (`data.privacy.releases.density_of`).
    measured : mapping of str to float or None
        Of all who are served and of the bound (`data.public.measured`), as of the release.
    least : int
        ``k``.
    since : int
        The version of the release.
    released : Problem and Plan
        Of that version; nothing of them is to be told as it is.
    """

    plan: Plan
    places: pd.DataFrame
    density: pd.DataFrame
    measured: Mapping[str, float | None]
    least: int
    since: int
    released: tuple[Problem, Plan]


def published(
    problem: Problem,
    plan: Plan,
    book: Casebook | None = None,
    version: int = 1,
    *,
    release: Release | None = None,
) -> Published:
    """Return what may be published of a version of a plan, after all that was published of it before.

    Parameters
    ----------
    problem, plan : Problem, Plan
        Of the version.
    book : Casebook, optional
        That has the versions before it; none for a plan that is the first, or has no record.
    version : int
        Its number, which the casebook may have already, or not yet.
    release : Release, optional
        Of `folded`, where that is told already.

    Raises
    ------
    SitingError
        If the casebook cannot be read.
    """
    least = problem.rules.privacy_k
    if release is None:
        release = folded(problem, plan, book, version)
    released = (problem, plan)
    if book is not None and release.version != version:
        released = book.problem(release.version), book.plan(release.version)
    return Published(
        plan=plan_of_many(plan, least, released[1]),
        places=places_of(release, least),
        density=density_of(release, least),
        measured=_measured(released[1], least),
        least=least,
        since=release.version,
        released=released,
    )


def folded(
    problem: Problem,
    plan: Plan,
    book: Casebook | None = None,
    version: int = 1,
    *,
    before: tuple[Problem, Plan] | None = None,
) -> Release:
    """Return the release that a version of a plan stands in; its neighbourhoods do not count.

    Parameters
    ----------
    problem, plan, book, version
        As `published` takes them.
    before : (Problem, Plan), optional
        Of the version before, where the casebook has no other; else it is read where it is needed.

    Raises
    ------
    SitingError
        If the casebook cannot be read.
    """
    now = Version(snapshot(problem, plan), _network(plan.centers))
    if book is None or version == 1:
        return release_of([now], problem.rules.privacy_k)
    if before is None and version > book.version:
        before = book.problem(version - 1), book.plan(version - 1)
    # Who never changed is counted once for all versions.
    moving = ever_changed(book, version if before is None else version - 1)
    if before is not None:
        moving |= set(differing(snapshot(*before), now.households))
    moves = now.households.index.isin(moving)
    versions = [*_versions(book, version - 1, moving), Version(now.households[moves], now.centers)]
    return release_of(versions, problem.rules.privacy_k, now.households[~moves])


def _versions(book: Casebook, last: int, only: set[str]) -> list[Version]:
    networks = states(rows_ever(book, "plan_centers", _STANDS), last)
    return [
        Version(households, _network(centers))
        for households, centers in zip(snapshots(book, last, only), networks, strict=True)
    ]


def _network(centers: pd.DataFrame) -> Hashable:
    """Return what centers there are, and where."""
    return frozenset(
        (str(center), float(lon), float(lat))
        for center, lon, lat in centers[list(_STANDS)].itertuples(index=False)
    )


def _measured(plan: Plan, least: int) -> dict[str, float | None]:
    served = plan.assignments
    return measured(weighted_km(served["km"], served["cases"]), plan.bound_gap, len(served), least)


def published_summary(
    shown: Published, problem: Problem, plan: Plan, *, exports: Mapping[str, str], head: str, version: int
) -> dict[str, Any]:
    """Return the summary of a version as it may be published.

    Parameters
    ----------
    shown : Published
        Of the version.
    problem, plan : Problem, Plan
        Of the version.
    exports, head, version
        As `data.summary.summarize` takes them.
    """
    of_release = summarize(*shown.released, exports=exports, head=head, version=version)
    own = summarize(problem, plan, exports=exports, head=head, version=version)
    return public_summary({**own, **{name: of_release[name] for name in _OF_RELEASE}}, shown.least)
