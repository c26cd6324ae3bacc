"""The figures of a nation are those of its provinces, added up; what one province lacks, the nation lacks."""

from __future__ import annotations

import jsonschema
import numpy as np
import pytest

from data.nation.folder import nation_summary
from data.rules import Rules
from data.summary import schema, summarize
from tests.data.network_wrong import NETWORK, PLAN

HEAD = "0" * 64


def nation_of(*losses_km: float | None) -> dict[str, object]:
    own = summarize(NETWORK.problem, PLAN, exports={}, head=HEAD, version=1)
    summaries = [
        {**own, "kept_together_loss_km": loss, "code": str(number), "province": "P"}
        for number, loss in enumerate(losses_km)
    ]
    return nation_summary(
        summaries, loads=np.array([150]), km=np.array([1.0]), cases=np.array([1.0]), rules=Rules()
    )


@pytest.mark.parametrize(
    ("losses_km", "whole_km"), [((1.25, 0.1, 0.2), 1.55), ((0.0, 0.0), 0.0), ((1.25, None), None)]
)
def test_what_keeping_together_costs_is_added_up_over_provinces(
    losses_km: tuple[float | None, ...], whole_km: float | None
) -> None:
    assert nation_of(*losses_km)["kept_together_loss_km"] == whole_km


def test_the_schema_asks_a_nation_for_what_keeping_together_costs() -> None:
    summary = {**nation_of(1.0), "exports": {}}
    jsonschema.validate(summary, schema())
    del summary["kept_together_loss_km"]
    with pytest.raises(jsonschema.ValidationError, match="kept_together_loss_km"):
        jsonschema.validate(summary, schema())
