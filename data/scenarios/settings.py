"""What each scenario holds: its ground, its numbers and its rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from data.rules import usage_error
from data.text import phrase

if TYPE_CHECKING:
    from data.gazetteer.tables import City

PENSIONER, WAITING, CARE_HOME = "pensioner", "waiting_list", "care_home"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """The numbers of one scenario at full size.

    Attributes
    ----------
    prefix : str
        First letters of its ids.
    provinces : tuple of str
        English names of the provinces it covers; empty for all 31.
    city : {"tehran", "mashhad"} or None
        Set where the ground is one city and its districts.
    households : int
        Households at full size.
    centers : int or "fewest"
        Centers at full size.
    applicants_per_center : float
        Applicants for each center a county needs.
    status : mapping, as pairs of str and float
        Share of the households of each status.
    cross_district_km : float
        Price of serving a case outside its district, km.
    edge_share : float
        Share of a town's quarters that lie at its edge, 0 to 1.
    building_max : int
        Most households that share a building, at least 2.
    scarce : bool
        Whether some counties lack applicants, so that vacancies appear.
    full : bool
        Whether the households fill every place of the centers.
    """

    prefix: str
    provinces: tuple[str, ...] = ()
    city: City | None = None
    households: int
    centers: int | Literal["fewest"]
    applicants_per_center: float = 2.4
    status: tuple[tuple[str, float], ...] = ((PENSIONER, 1.0),)
    cross_district_km: float = 0.0
    edge_share: float = 0.1
    building_max: int = 6
    scarce: bool = False
    full: bool = False


SETTINGS = {
    "lorestan": Setting(prefix="LR", provinces=("Lorestan",), households=40_000, centers=107),
    "tehran": Setting(
        prefix="TH",
        provinces=("Tehran",),
        city="tehran",
        households=41_000,
        centers=92,
        applicants_per_center=3.0,
        status=((PENSIONER, 0.643), (WAITING, 13 / 41), (CARE_HOME, 0.04)),
        cross_district_km=1.0,
    ),
    "mashhad": Setting(
        prefix="MS",
        provinces=("Razavi Khorasan",),
        city="mashhad",
        households=34_650,
        centers=77,
        applicants_per_center=3.0,
        edge_share=0.25,
        building_max=5,
        full=True,
    ),
    "khuzestan": Setting(
        prefix="KZ",
        provinces=("Khuzestan",),
        households=45_000,
        centers="fewest",
        edge_share=0.35,
        scarce=True,
    ),
    "iran": Setting(prefix="IR", households=900_000, centers=2_300),
}


def setting_of(name: str) -> Setting:
    """Return the setting of a scenario.

    Raises
    ------
    SitingError
        If there is no such scenario.
    """
    if name not in SETTINGS:
        said = phrase("scenarios.unknown_scenario", name=name, known=", ".join(SETTINGS))
        raise usage_error(said, "unknown_scenario")
    return SETTINGS[name]
