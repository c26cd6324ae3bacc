"""Whatever is wrong with a file of events or households is told in one pass, in the order of its rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.cli.moving_nation import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

CENTER, SITE = "C-LR-A0002-1", "LR-A0002-1"
HEAD = "household_id,date,event,lon,lat,pin"
THERE = "48.2521,33.8586"


def told(stderr: str, file: str) -> list[tuple[int, str, str]]:
    """Row, code and id of every line that names a row of a file."""
    found = re.findall(rf"^{re.escape(file)}:(\d+) \[(\w+)\] (?:([\w-]+): )?", stderr, re.MULTILINE)
    return [(int(row), code, who) for row, code, who in found]


def test_what_the_reader_and_the_network_refuse_comes_together(
    siting: Siting, lorestan: Path, tmp_path: Path
) -> None:
    file = write(
        tmp_path / "moves.csv",
        [
            "LR-000001,1404/13/01,leave,,,",
            f"NOBODY-1,1404/07/01,move,{THERE},",
            f"LR-000002,1404/07/01,join,{THERE},",
            f"LR-000003,1404/07/01,vanish,{THERE},",
            f"LR-000004,1404/07/01,move,{THERE},C-9",
            "LR-000005,1404/07/01,move,33.8586,48.2521,",
            "NOBODY-2,soon,leave,,,",
            ",1404/07/01,leave,,,",
        ],
        HEAD,
    )
    out = tmp_path / "proposal"
    refused = siting("rebalance", lorestan, "--moves", file, "--open", "S-9", "--close", "C-9", "--out", out)
    assert refused.exit_code == 3
    assert told(refused.stderr, "moves.csv") == [
        (2, "bad_date", "LR-000001"),
        (3, "unknown_household", "NOBODY-1"),
        (4, "already_here", "LR-000002"),
        (5, "bad_event", "LR-000003"),
        (6, "unknown_pin", "LR-000004"),
        (7, "lon_lat_swapped", "LR-000005"),
        (8, "bad_date", "NOBODY-2"),
        (8, "unknown_household", "NOBODY-2"),
        (9, "missing_id", ""),
    ]
    assert "--open [unknown_site] S-9" in refused.stderr
    assert "--close [unknown_center] C-9" in refused.stderr
    assert not out.exists()


def test_what_follows_from_a_row_that_cannot_be_read_is_no_fault_of_its_own(
    siting: Siting, lorestan: Path, tmp_path: Path
) -> None:
    file = write(
        tmp_path / "moves.csv",
        [
            f"NEW-1,1404/13/01,join,{THERE},",
            "NEW-1,1404/08/01,leave,,,",
            "LR-000001,1404/07/01,,,,",
            f"LR-000001,1404/08/01,join,{THERE},",
            f"NEW-2,1404/07/01,join,{THERE},",
            f"NEW-2,1404/07/01,join,{THERE},",
            f"NEW-3,1404/07/01,join,48.2521,,{CENTER}",
        ],
        HEAD,
    )
    refused = siting("rebalance", lorestan, "--moves", file, "--out", tmp_path / "proposal")
    assert told(refused.stderr, "moves.csv") == [
        (2, "bad_date", "NEW-1"),
        (4, "bad_event", "LR-000001"),
        (7, "duplicate_event", "NEW-2"),
        (8, "half_point", "NEW-3"),
    ]


def test_growth_tells_what_the_reader_and_the_network_refuse_together(
    siting: Siting, lorestan: Path, tmp_path: Path
) -> None:
    file = write(
        tmp_path / "more.csv",
        [
            f"LR-000001,{THERE},1,",
            f"NEW-1,{THERE},none,",
            f"NEW-2,{THERE},9999,",
            f"NEW-3,{THERE},1,C-9",
            f"NEW-4,{THERE},1,",
            f"NEW-4,{THERE},1,",
        ],
        "household_id,lon,lat,cases,pin",
    )
    refused = siting("grow", lorestan, "--households", file, "--out", tmp_path / "proposal", "--workers", 1)
    assert refused.exit_code == 3
    assert told(refused.stderr, "more.csv") == [
        (2, "served_already", "LR-000001"),
        (3, "bad_cases", "NEW-1"),
        (4, "cases_over_max", "NEW-2"),
        (5, "unknown_pin", "NEW-3"),
        (7, "duplicate_id", "NEW-4"),
    ]


def test_a_nation_tells_what_reader_borders_and_provinces_refuse_together(
    siting: Siting, nation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    file = write(
        tmp_path / "moves.csv",
        [
            "15-3,1405/13/01,move,46.41,33.61,",
            "NOBODY-1,1405/07/01,leave,,,",
            "15-4,1405/07/02,join,48.51,34.81,",
            "NOBODY-2,soon,leave,,,",
            "16-9,1405/07/01,move,46.42,33.60,C-9",
            "NEW-1,1405/07/01,join,,,",
        ],
        HEAD,
    )
    refused = siting("rebalance", nation, "--moves", file, "--close", "C-9", "--out", tmp_path / "proposal")
    assert refused.exit_code == 3
    assert told(refused.stderr, "moves.csv") == [
        (2, "bad_date", "15-3"),
        (3, "unknown_household", "NOBODY-1"),
        (4, "already_here", "15-4"),
        (5, "bad_date", "NOBODY-2"),
        (5, "unknown_household", "NOBODY-2"),
        (6, "unknown_pin", "16-9"),
        (7, "missing_location", "NEW-1"),
    ]
    assert "--close [unknown_center] C-9" in refused.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("--close", f"{CENTER}@"), f"write {CENTER}@1405/07/01, or {CENTER} alone"),
        (("--close", "@1405/07/01"), "write the id first, as C-12@1405/07/01"),
        (("--close", f"{CENTER}@1405/13/01"), "--close: no calendar has a day 1405/13/01; write it as"),
        (("--open", f"{SITE}@2026-02-30"), "--open: no calendar has a day 2026-02-30; write it as"),
        (("--close", CENTER, "--effective", "soon"), "--effective: no calendar has a day soon; write it as"),
        (("--max-cases", f"{CENTER}="), f"write {CENTER}=300, or with a date {CENTER}=300@1405/07/01"),
        (("--max-cases", CENTER), f"write {CENTER}=300"),
        (("--max-cases", "=300"), 'no id is given in "=300"; write the id first, as C-12=300'),
        (("--max-cases", f"{CENTER}=0"), f"write {CENTER}=300"),
        (("--max-cases", f"{CENTER}=300@"), f"write {CENTER}=300@1405/07/01, or {CENTER}=300 alone"),
        (
            ("--relocate", CENTER, "48.07", "33.48@1405/07/01"),
            f"a date after the id: --relocate {CENTER}@1405/07/01 48.35 33.48",
        ),
        (("--relocate", CENTER, "48.07", ""), "write longitude, then latitude"),
    ],
)
def test_a_wrong_option_says_what_to_write_instead(
    siting: Siting, lorestan: Path, tmp_path: Path, line: tuple[str, ...], said: str
) -> None:
    for lang in ("en", "fa"):
        refused = siting("rebalance", lorestan, *line, "--lang", lang, "--out", tmp_path / "proposal")
        assert refused.exit_code == 2
        assert refused.stderr.startswith("[usage] ")
        assert (said in refused.stderr) is (lang == "en")
        assert any(example in refused.stderr for example in ("1405/07/01", "=300"))


def test_a_site_that_is_open_names_its_center(siting: Siting, lorestan: Path, tmp_path: Path) -> None:
    refused = siting("rebalance", lorestan, "--open", SITE, "--out", tmp_path / "proposal")
    assert refused.exit_code == 3
    assert f"--open [site_open_already] {SITE}: center {CENTER} stands on this site already" in refused.stderr
    assert f"--max-cases {CENTER}=N" in refused.stderr


def test_degrees_of_a_relocation_may_be_in_persian_digits(
    siting: Siting, lorestan: Path, tmp_path: Path
) -> None:
    asked = ("--relocate", CENTER, "۴۸٫۰۷۶۹", "۳۳٫۴۸۰۷")
    made = siting("rebalance", lorestan, *asked, "--out", tmp_path / "proposal")
    assert made.exit_code in (0, 4), made.output
