"""What `lofte new` begins is nobody's promise until a person has filled it in: it passes the check, and no run."""

from datetime import date

import pytest

from cli.checking import check_agreements
from cli.starting import start_agreement
from schemas.errors import HELD, PUBLISHED
from schemas.outcome import exit_status
from tests.house import House

DRAFT = "savsjo-1"
OTHER = "grastorp-1"
AT = date(2026, 11, 28)


@pytest.fixture
def begun(house: House) -> House:
    """An installation with a draft, untouched, beside an agreement."""
    house.take(OTHER)
    with house.settings():
        assert start_agreement("Sävsjö", "0684") == 0
    return house


def place(house: House) -> str:
    path = house.agreements / DRAFT / "agreement.toml"
    lines = path.read_text("utf-8").splitlines()
    return f"{path}:{next(number for number, line in enumerate(lines, 1) if line.startswith('is_draft'))}"


def test_no_run_publishes_a_draft(begun: House) -> None:
    outcomes = begun.run(at=AT)
    (problem,) = outcomes[DRAFT].problems
    assert str(problem).startswith(f"{place(begun)}: says that this is a draft, of which nothing is published")
    assert (outcomes[DRAFT].became, outcomes[OTHER].became) == ("failed", "published")
    assert exit_status(list(outcomes.values())) == HELD
    assert not (begun.public / DRAFT).exists()
    assert not any("Sävsjö".encode() in content for content in begun.published().values())


def test_the_check_passes_a_draft_and_says_what_it_is(begun: House, capsys: pytest.CaptureFixture[str]) -> None:
    with begun.settings():
        assert check_agreements() == PUBLISHED
    assert f"{DRAFT}: note: {place(begun)}: says that this is a draft" in capsys.readouterr().out


def test_what_a_person_has_filled_in_is_published(begun: House) -> None:
    begun.run(at=AT)
    begun.edit(DRAFT, "value = 30 ", "value = 40 ")
    begun.edit(DRAFT, "ends_on = 2026-12-31", "ends_on = 2027-12-31")
    begun.edit(DRAFT, "is_draft = true ", "")
    assert begun.run(at=AT)[DRAFT].became == "published"
    assert {row["target_value"] for row in begun.rows(DRAFT, "promise_progress")} == {"", "40"}
