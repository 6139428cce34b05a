"""The directory of postcodes: Kent's lines by the columns that the operator names; without it nothing is guessed."""

from datetime import date
from pathlib import Path

import pytest

from crowdfund_kent.errors import Refused
from evaluation import postcodes, services
from evaluation.history import import_history
from evaluation.indicators import measured
from evaluation.models import Postcode
from evaluation.scope import Records, Scope
from projects.models import Project
from tests.evaluation.test_history import PLEDGES, PROJECT, files
from tests.projects import make

DIRECTORY = (
    "pcds,oslaua,ced,imd\n"
    "CT9 1AA,E07000114,E58000772,1200\n"
    "ct91ab,E07000114,E58000773,32844\n"
    "CT9 1AC,E07000114,,\n"
    "ME7 1AA,E06000035,E58000001,5\n"
)
SCOPE = Scope.of(date(2021, 6, 1), records=Records.REAL)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    file = tmp_path / "directory.csv"
    file.write_text(DIRECTORY)
    return file


async def test_a_project_lies_in_a_division_and_a_decile_once_both_are_known(
    pilot: list[Path], directory: Path, tmp_path: Path
) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    assert (await measured(SCOPE)).of("deprived_reached").why == "the ONS postcode directory was not imported"
    assert await postcodes.import_postcodes(directory, postcodes.columns_of("")) == 3
    rows = {row.postcode: (row.division_code, row.decile) for row in await Postcode.all()}
    assert rows == {"CT9 1AA": ("E58000772", 1), "CT9 1AB": ("E58000773", 10), "CT9 1AC": ("", None)}
    assert (await measured(SCOPE)).of("deprived_reached").why == "no project's postcode is known"
    officer = await make.officer()
    await services.place_project((await Project.get()).slug, "ct9 1aa", officer)
    found = await measured(SCOPE)
    assert (found.of("deprived_reached").value, found.of("divisions_reached").value) == (10_000, 1)
    assert await postcodes.import_postcodes(directory, postcodes.columns_of("postcode=pcds,district=oslaua")) == 3
    assert await Postcode.filter(decile=None, division_code="").count() == 3
    with pytest.raises(Refused, match="full postcode"):
        await services.place_project((await Project.get()).slug, "CT9", officer)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ("postcode=pcds", "Say which column is the district"),
        ("colour=pcds", "is no pair of a field and a column"),
        ("postcode=pcds,district=laua", "has no column laua. It has: pcds, oslaua, ced, imd"),
        ("postcode=pcds,district=ced", "No line of directory.csv is of a district of Kent"),
        ("postcode=pcds,district=oslaua,decile=imd", "directory.csv, line 2: '1200' is no decile from 1 to 10"),
    ],
)
async def test_a_wrong_map_is_refused_in_words(db: None, directory: Path, columns: str, told: str) -> None:
    with pytest.raises(Refused) as refused:
        await postcodes.import_postcodes(directory, postcodes.columns_of(columns))
    assert told in refused.value.message
    assert not await Postcode.exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("pcds,oslaua,ced,imd\nCT9 1AA,E07000114,Côte,1\n".encode("cp1252"), "is not a CSV file in UTF-8"),
        (b"PK\x03\x04\x14\x00\x06\x00\xff\xfe", "is not a CSV file in UTF-8"),
        (b"", "has no column pcds, oslaua, ced, imd. It has: ."),
        (b'pcds,oslaua,ced,imd\n"' + b"x" * 140_000 + b'",E07000114,,\n', "can't be read as CSV: field larger than"),
    ],
)
async def test_a_file_that_is_no_csv_is_refused_in_words(db: None, tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "directory.csv"
    file.write_bytes(content)
    with pytest.raises(Refused) as refused:
        await postcodes.import_postcodes(file, postcodes.columns_of(""))
    assert told in refused.value.message


async def test_names_of_another_year_and_spaces_around_them_are_no_trouble(db: None, tmp_path: Path) -> None:
    file = tmp_path / "directory.csv"
    file.write_bytes("\ufeffpcds, lad23cd ,ced23cd,imd19\r\nCT9 1AA,E07000114,E58000772,1200\r\nCT9 1AB\r\n".encode())
    columns = postcodes.columns_of("postcode=pcds, district=lad23cd, division=ced23cd, rank=imd19")
    assert await postcodes.import_postcodes(file, columns) == 1, "a line that ends early is of no district"
