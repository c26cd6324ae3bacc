"""A file full of personal columns goes through every command, and nothing of it comes out anywhere."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from cli import app
from tests.national_codes import code, dashed, persian

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Siting

HOUSEHOLDS, SITES = 120, 3
CODES = [code(1_354_241 + number * 1_234_567) for number in range(HOUSEHOLDS + SITES)]
FAMILY = ["زرنگارپور", "خجسته‌نیا", "Zarnegarpour", "ملکوتیان"]
FATHERS = ["سیاوخش‌علی", "Siavakhshali"]
PHONES = [f"0917{7_310_000 + number * 37}" for number in range(HOUSEHOLDS)]
BORN = [f"13{37 + number % 40}/0{1 + number % 6}/{11 + number % 17}" for number in range(HOUSEHOLDS)]
CARDS = [f"603799{7_100_000_000 + number * 7_919}" for number in range(HOUSEHOLDS)]
NOTE = "نابینای مادرزاد"


def a_family(number: int) -> list[str]:
    own, family = CODES[number], FAMILY[number % len(FAMILY)]
    return [
        (own, persian(own), dashed(own))[number % 3],
        family,
        FATHERS[number % 2],
        PHONES[number],
        BORN[number],
        CARDS[number],
        f"{NOTE}، {family}، کد ملی {own}، همراه {PHONES[number]}",
        CODES[number - number % 5],
    ]


PERSONAL = [
    "کد ملی",
    "نام خانوادگی",
    "نام پدر",
    "تلفن همراه",
    "تاریخ تولد",
    "شماره کارت",
    "توضیحات",
    "کد ملی سرپرست",
]


def write(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def households(folder: Path) -> Path:
    """A town of families, and a village told by its name alone."""
    rows = []
    for number in range(HOUSEHOLDS):
        point = [f"48.{350 + number % 20}", f"33.{480 + number // 20}"] if number % 10 else ["", ""]
        rows.append([*a_family(number), *point, "لرستان", "خرم‌آباد", "خرماباد"])
    return write(folder / "households.csv", [*PERSONAL, "lon", "lat", "استان", "شهرستان", "روستا"], rows)


def applicants(folder: Path) -> Path:
    rows = [
        [
            CODES[HOUSEHOLDS + number],
            FAMILY[number],
            PHONES[number],
            f"48.{352 + 4 * number}",
            "33.485",
            "لرستان",
            "خرم‌آباد",
            "natural",
            "psychology",
            "true",
            "1405/01/05",
        ]
        for number in range(SITES)
    ]
    header = ["کد ملی", "نام", "همراه", "lon", "lat", "استان", "شهرستان"]
    header += ["kind", "field", "accessible", "registered_at"]
    return write(folder / "applicants.csv", header, rows)


def moves(folder: Path) -> Path:
    rows = [
        [*a_family(number), "1405/02/0" + str(1 + number % 9), "move", "48.36", "33.49"]
        for number in range(5)
    ]
    return write(folder / "moves.csv", [*PERSONAL, "تاریخ", "رویداد", "lon", "lat"], rows)


def secrets() -> re.Pattern[bytes]:
    numbers = [*CODES, *PHONES, *BORN, *CARDS]
    told = [form(one) for one in numbers for form in (str, persian)] + [dashed(one) for one in CODES]
    told += [one.lstrip("0") for one in (*CODES, *PHONES) if one.startswith("0")]
    told += [*FAMILY, *FATHERS, NOTE]
    told += [json.dumps(one)[1:-1] for one in (*FAMILY, *FATHERS, NOTE)]
    return re.compile("|".join(re.escape(one) for one in dict.fromkeys(told)).encode())


SECRETS = secrets()


def contents(name: str, raw: bytes) -> Iterator[bytes]:
    """A file's bytes, and what lies packed or folded in them."""
    yield raw
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for one in archive.namelist():
                yield from contents(one, archive.read(one))
    if name.endswith(".ics"):
        yield raw.replace(b"\r\n ", b"")


def cells(path: Path) -> Iterator[bytes]:
    """Every cell of a GeoPackage, what is compressed unpacked."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as base:
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            for row in base.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - names of its own tables
                for cell in row:
                    if isinstance(cell, bytes):
                        try:
                            yield zlib.decompress(cell)
                        except zlib.error:
                            yield cell
                    elif isinstance(cell, str):
                        yield cell.encode()


def assert_nothing_of_it(*places: Path | str) -> None:
    for place in places:
        if isinstance(place, str):
            assert SECRETS.search(place.encode()) is None, place
            continue
        files = [one for one in place.rglob("*") if one.is_file()] if place.is_dir() else [place]
        assert files
        for file in files:
            told = [*contents(file.name, file.read_bytes())]
            told += [b"\n".join(cells(file))] if file.suffix == ".gpkg" else []
            assert not any(SECRETS.search(one) for one in told), file


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("given")
    households(folder), applicants(folder), moves(folder)
    return folder


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One key for all runs, outside of every folder that is written."""
    file = tmp_path_factory.mktemp("keys") / "own.key"
    file.write_text("0123456789abcdef" * 4)
    return file


@pytest.fixture(autouse=True)
def own_key(key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITING_KEY_FILE", str(key))


@pytest.fixture(scope="module")
def planned(given: Path, key: Path, siting: Siting, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "plan"
    rules = given / "rules.toml"
    rules.write_text("min_cases = 20\nmax_cases = 120\nmove_km = 0.01\n", encoding="utf-8")
    files = (given / "households.csv", "--applicants", given / "applicants.csv", "--rules", rules)
    result = siting("plan", *files, "--key", key, "--out", out, "--workers", 1)
    assert result.exit_code == 0, result.output
    assert_nothing_of_it(result.output, out)
    return out


@pytest.fixture
def plan(planned: Path, tmp_path: Path) -> Path:
    return shutil.copytree(planned, tmp_path / "plan")


def column(file: Path, name: str) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return [row[name] for row in csv.DictReader(opened)]


def test_the_file_is_as_personal_as_it_should_be(given: Path) -> None:
    raw = (given / "households.csv").read_bytes()
    assert len({*SECRETS.findall(raw)}) > 4 * HOUSEHOLDS
    for name in ("applicants.csv", "moves.csv"):
        assert SECRETS.search((given / name).read_bytes())


def test_those_who_stand_in_the_record_are_there_under_pseudonyms(planned: Path) -> None:
    ids = column(planned / "assignments.csv", "household_id")
    assert len(set(ids)) == HOUSEHOLDS
    assert (
        json.loads((planned / "summary.json").read_text(encoding="utf-8"))["located_by_place"]["spelling"]
        == HOUSEHOLDS // 10
    )


def test_before_a_plan(given: Path, siting: Siting, tmp_path: Path) -> None:
    files = (given / "households.csv", "--applicants", given / "applicants.csv", "--lang", "fa")
    saved = tmp_path / "columns.toml"
    for more in (["--save-columns", saved], ["--json"]):
        result = siting("check", *files, *more)
        assert result.exit_code == 0, result.output
        assert_nothing_of_it(result.output)
    assert_nothing_of_it(saved)
    result = siting("catchments", given / "households.csv", "--out", tmp_path / "catchments")
    assert result.exit_code == 0, result.output
    assert_nothing_of_it(result.output, tmp_path / "catchments")


def test_a_refused_file_tells_nothing(given: Path, siting: Siting, tmp_path: Path) -> None:
    content = (given / "households.csv").read_text(encoding="utf-8-sig")
    bad = tmp_path / "bad.csv"
    bad.write_text(content.replace("48.35", "x48.35") + content.split("\n", 1)[1], encoding="utf-8")
    for command in (["check", bad], ["plan", bad, "--out", tmp_path / "out"]):
        result = siting(*command)
        assert result.exit_code == 3, result.output
        assert_nothing_of_it(result.output)
    assert_nothing_of_it(tmp_path / "out.failures.csv")


def test_questions_to_a_plan(planned: Path, given: Path, siting: Siting, tmp_path: Path) -> None:
    who = column(planned / "assignments.csv", "household_id")[0]
    center = column(planned / "centers.csv", "center_id")[0]
    applicant = column(planned / "centers.csv", "applicant_id")[0]
    for command in (
        ["verify", planned],
        ["history", planned],
        ["history", planned, who],
        ["show", planned, "1", "--out", tmp_path / "shown"],
        ["explain", planned, "--household", who],
        ["explain", planned, "--applicant", applicant],
        ["explain", planned, "--center", center],
        ["locate", planned, "48.36", "33.485"],
        ["locate", planned, "--place", "خرماباد"],
        ["locate", planned, "--file", given / "households.csv", "--out", tmp_path / "located.csv"],
        ["export", planned, "--out", tmp_path / "whole"],
        ["export", planned, "--public", "--out", tmp_path / "public"],
        ["map", planned, "--lang", "fa", "--out", tmp_path / "map"],
        ["report", planned, "--out", tmp_path / "report"],
        ["status", planned, "--out", tmp_path / "status"],
    ):
        result = siting(*command)
        assert result.exit_code in (0, 4), (command, result.output)
        assert_nothing_of_it(result.output)
    assert_nothing_of_it(tmp_path)
    assert not any(
        who.encode() in file.read_bytes() for file in (tmp_path / "public").rglob("*") if file.is_file()
    )


def test_a_year_of_a_plan(plan: Path, given: Path, siting: Siting, tmp_path: Path) -> None:
    center = column(plan / "centers.csv", "center_id")[0]
    offers = write(tmp_path / "offers.csv", ["center_id", "service_id"], [[center, "vision_screening"]])
    activity = write(
        tmp_path.parent / f"{tmp_path.name}-activity.csv",
        [*PERSONAL[:6], "تاریخ", "مرکز", "مددکار", "نوع فعالیت", "نتیجه"],
        [
            [*a_family(number)[:6], "1405/07/05", center, f"{center}-1", "بازدید", f"پرونده {CODES[number]}"]
            for number in range(3)
        ],
    )
    proposal = tmp_path / "plan-proposal"
    for command in (
        ["rebalance", plan, "--moves", given / "moves.csv"],
        ["compare", plan, proposal, "--out", tmp_path / "changes"],
        ["handover", plan, proposal, "--lang", "fa"],
        ["apply", plan, proposal, "--why", "moves"],
        ["caseworkers", plan, "--date", "1405/07/01"],
        ["visits", plan, "--from", "1450/07/01", "--workers", "1"],
        ["services", plan, "--offers", offers],
        ["record", plan, "--activity", activity],
        ["fees", plan, "--month", "1405-07"],
        ["compare", f"{plan}@1", f"{plan}@2", "--public"],
        ["report", plan, "--lang", "fa"],
        ["verify", plan],
    ):
        result = siting(*command)
        assert result.exit_code in (0, 4), (command, result.output)
        assert_nothing_of_it(result.output)
    assert_nothing_of_it(tmp_path)


@pytest.mark.usefixtures("planned")
def test_a_call(given: Path, key: Path, siting: Siting, tmp_path: Path) -> None:
    rules, seal, vetted = tmp_path / "call.toml", tmp_path / "seal.json", tmp_path / "vetted.csv"
    rules.write_text(
        (given / "rules.toml").read_text(encoding="utf-8") + '[call]\ndeadline = "1450/01/01"\n',
        encoding="utf-8",
    )
    plan, declined = tmp_path / "plan", tmp_path / "declined"
    files = ("--applicants", vetted, "--rules", rules, "--seal", seal, "--key", key, "--workers", "1")
    for command in (
        ["seal", "--rules", rules, "--seed", "7", "--key", key, "--out", seal],
        ["vet", given / "applicants.csv", "--rules", rules, "--key", key, "--out", vetted],
        ["plan", given / "households.csv", *files, "--out", plan],
        ["letters", plan, "--lang", "fa"],
        ["try", plan, "--max-cases", "110", "--workers", "1", "--out", tmp_path / "tried"],
        ["propose", plan, "--editable", tmp_path / "desk.gpkg"],
    ):
        result = siting(*command)
        assert result.exit_code in (0, 4), (command, result.output)
        assert_nothing_of_it(result.output)
    who = column(plan / "centers.csv", "applicant_id")[0]
    for command in (
        ["decline", plan, who, "--out", declined],
        ["apply", plan, declined],
        ["call", plan],
        ["history", plan, who],
        ["revert", plan, "1"],
        ["rebalance", plan, "--close", column(plan / "centers.csv", "center_id")[0]],
        ["grow", plan, "--households", given / "households.csv", "--out", tmp_path / "grown"],
    ):
        result = siting(*command)
        assert result.exit_code in (0, 3, 4), (command, result.output)
        assert_nothing_of_it(result.output)
    assert_nothing_of_it(tmp_path)


def test_a_code_that_is_typed_is_not_repeated(planned: Path, key: Path, siting: Siting) -> None:
    for command in (
        ["history", planned, CODES[0]],
        ["history", planned, CODES[0], "--key", key],
        ["explain", planned, "--household", CODES[0]],
        ["rebalance", planned, "--max-cases", f"{CODES[0]}=40"],
        ["rebalance", planned, "--close", f"{persian(CODES[0])}@1405/07/01", "--lang", "fa"],
        ["decline", planned, CODES[0]],
        ["locate", planned, "--place", CODES[0]],
    ):
        answered = siting(*command)
        assert answered.exit_code in (0, 2, 3), answered.output
        assert_nothing_of_it(answered.output)


def test_no_command_is_left_out() -> None:
    """Those that read no file of people: a demo invents its own, the others print what is everybody's."""
    told = Path(__file__).read_text(encoding="utf-8")
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    left_out = {name for name in group.commands if f'["{name}", ' not in told and f'("{name}", ' not in told}
    assert left_out == {"demo", "rules", "tariffs"}
