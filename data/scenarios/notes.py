"""What a scenario is, in both languages, with the numbers it really has: at any scale and any wish."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from data.scenarios.settings import WAITING
from data.text import Lang, phrase, text

if TYPE_CHECKING:
    import pandas as pd

    from data.rules import Rules


def notes_of(name: str, households: pd.DataFrame, rules: Rules) -> dict[str, str]:
    """Return the note of a scenario by language.

    Parameters
    ----------
    name : str
        Name of the scenario.
    households : DataFrame
        ``cases``, ``county``, ``district``, ``status``: one row a household.
    rules : Rules
        What it plans by; tells the number of centers.
    """
    opened = (
        phrase("scenarios.centers", count=rules.centers)
        if isinstance(rules.centers, int)
        else phrase("scenarios.fewest_centers")
    )
    waiting = households["status"] == WAITING
    numbers = {
        "centers": opened,
        "households": len(households),
        "cases": int(households["cases"].sum()),
        "waiting": int(households.loc[waiting, "cases"].sum()),
        "counties": int(households["county"].nunique()),
        "districts": int(households["district"].nunique()),
    }
    return {lang: text(f"scenarios.{name}", lang, **numbers) for lang in get_args(Lang)}
