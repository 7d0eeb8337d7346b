"""A delivery's columns against its contract's: what is told, what is read all the same, and what never is."""

import shlex
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.header_diff import HeaderRule, diff_header, fitted_header, header_hash, how_to_go_on, names_to_tell, told
from schemas.contract import AcceptedHeader
from schemas.delivery import Receipt
from schemas.errors import HeaderDriftError

EXPECTED = ["datum", "typ", "Antal"]
NAMES = st.lists(st.text("abcdÅ ;_1", max_size=6), unique=True, min_size=1, max_size=6)


def accepting(header: list[str], **renames: str) -> HeaderRule:
    """Return the rule under which a header has been accepted."""
    accepted = AcceptedHeader(header_hash=header_hash(header), renames={new: old for old, new in renames.items()})
    return HeaderRule(dispensable=["fri"], accepted=accepted)


def test_the_nearest_name_is_told() -> None:
    diff = diff_header(["datum", "Antal st", "typ"], EXPECTED)
    assert (diff.missing, diff.added, diff.near) == (["Antal"], ["Antal st"], {"Antal": "Antal st"})
    assert told(diff) == (
        "1 missing (Antal); 1 not in the contract (Antal st); perhaps renamed: 'Antal' is now 'Antal st'"
    )


def test_added_names_are_told() -> None:
    assert told(diff_header([*EXPECTED, "Anteckning", "Ort"], EXPECTED)) == "2 not in the contract (Anteckning, Ort)"


def test_a_header_that_goes_on_with_the_first_row_is_only_counted() -> None:
    header = [*EXPECTED[:-1], "Antal2024-01-05", "Anna Andersson", "7"]
    assert told(diff_header(header, EXPECTED)) == "1 missing (Antal); 3 not in the contract"
    assert names_to_tell(header, EXPECTED) == [""] * 5


def test_each_name_is_paired_once_the_nearest_first() -> None:
    diff = diff_header(["datum", "antal1", "antalx1"], ["datum", "antalx", "antal"])
    assert diff.near == {"antalx": "antalx1", "antal": "antal1"}


def test_a_word_that_merely_shares_letters_is_not_near() -> None:
    assert diff_header(["datum", "ort", "Antal"], ["datum", "plats", "Antal"]).near == {}


@pytest.mark.parametrize("name", ["19121212-1212", "070-1740605", "ABC123", "2024-05-04", "12", "x" * 61, "a\x1b[31m"])
def test_a_name_that_could_be_data_is_not_told(name: str) -> None:
    message = told(diff_header([*EXPECTED, name], EXPECTED))
    assert message == "1 not in the contract (a name that is not shown)"


@pytest.mark.parametrize("name", ["Antal ", "\u00a0Antal", "Antal\n"])
def test_a_name_with_spaces_at_its_ends_is_told_as_such(name: str, receipt: Receipt) -> None:
    diff = diff_header(["datum", "typ", name], EXPECTED)
    assert told(diff) == "1 missing (Antal); 1 with spaces or line breaks at the ends of its name (Antal)"
    assert "--rename Antal=Antal --office" in how_to_go_on(diff, [], "tranas-1", receipt)
    assert diff.named_column("Antal") == name


def test_names_that_all_have_spaces_are_told_by_what_the_contract_calls_them() -> None:
    message = told(diff_header(["datum ", "typ ", "Antal "], EXPECTED))
    assert "; 3 with spaces or line breaks at the ends of its name (datum, typ, Antal)" in message


def test_a_name_with_spaces_that_could_be_data_is_not_told() -> None:
    assert "19121212" not in told(diff_header([*EXPECTED, " 19121212-1212"], EXPECTED))
    assert "Anna" not in told(diff_header(["Anna Andersson ", "typ ", "7"], EXPECTED))


def test_two_names_that_differ_in_spaces_are_not_taken_for_each_other(receipt: Receipt) -> None:
    diff = diff_header(["datum", "typ", "Antal ", " Antal"], EXPECTED)
    assert diff.named_column("Antal") is None
    assert "--rename NEW=Antal" in how_to_go_on(diff, [], "tranas-1", receipt)


def test_columns_without_a_name_are_counted(receipt: Receipt) -> None:
    assert told(diff_header([*EXPECTED, "", " "], EXPECTED)) == "2 columns without a name"
    assert told(diff_header([*EXPECTED, ""], EXPECTED)) == "1 column without a name"
    lost = diff_header(["datum", "typ", ""], EXPECTED)
    assert "accept-drift" not in how_to_go_on(lost, [], "tranas-1", receipt), "no name can be given for it"


def test_a_row_that_stands_where_the_header_should_is_only_counted() -> None:
    assert told(diff_header(["Antalet", "Kalle Karlsson"], EXPECTED)) == (
        "3 missing (datum, typ, Antal); 2 not in the contract"
    )


@pytest.mark.parametrize("header", [["typ", "Antal"], ["datum", "typ", "Antal", "Antal"], ["x", "y", "z", "datum"]])
def test_what_is_lost_or_ambiguous_is_held_even_where_accepted(header: list[str]) -> None:
    with pytest.raises(HeaderDriftError) as caught:
        fitted_header(header, EXPECTED, accepting(header))
    assert caught.value.header == header


def test_an_accepted_header_is_read_by_its_renames() -> None:
    header = ["Antal st", "ny", "typ", "datum", "ny"]
    fitted = fitted_header(header, EXPECTED, accepting(header, Antal="Antal st"))
    assert fitted == ["Antal", None, "typ", "datum", None]


def test_an_accepted_header_is_no_other() -> None:
    header = ["Antal st", "typ", "datum"]
    with pytest.raises(HeaderDriftError):
        fitted_header([*header, "ny"], EXPECTED, accepting(header, Antal="Antal st"))


def test_a_column_that_is_not_kept_may_be_gone_where_accepted() -> None:
    assert fitted_header(EXPECTED, [*EXPECTED, "fri"], accepting(EXPECTED)) == EXPECTED
    with pytest.raises(HeaderDriftError):
        fitted_header(EXPECTED, [*EXPECTED, "fri"], HeaderRule(ignores_added=True, dispensable=["fri"]))


def test_two_columns_are_never_read_as_one() -> None:
    header = ["datum", "typ", "Antal", "Antal st"]
    with pytest.raises(HeaderDriftError):
        fitted_header(header, EXPECTED, accepting(header, Antal="Antal st"))


@given(NAMES, st.randoms())
def test_order_never_matters(names: list[str], random: Random) -> None:
    shuffled = random.sample(names, len(names))
    assert fitted_header(shuffled, names, HeaderRule()) == shuffled
    assert header_hash(shuffled) == header_hash(names)


@given(NAMES, NAMES)
def test_a_header_fits_only_when_every_column_is_there_once(header: list[str], expected: list[str]) -> None:
    try:
        fitted = fitted_header(header, expected, HeaderRule(ignores_added=True))
    except HeaderDriftError:
        assert not set(expected) <= set(header)
        return
    assert sorted(name for name in fitted if name is not None) == sorted(expected)
    assert all(name in {None, was} for name, was in zip(fitted, header, strict=True))


def test_what_to_do_offers_only_what_is_possible(receipt: Receipt) -> None:
    def advice(header: list[str]) -> str:
        return how_to_go_on(diff_header(header, [*EXPECTED, "fri"]), ["fri"], "tranas-1", receipt)

    assert advice(["datum", "typ", "Antal st", "fri"]) == (
        "Ask the provider for the agreed columns, change the contract, or let an office accept these: `lofte "
        "accept-drift tranas-1 police 'a b.csv' --rename 'Antal st=Antal' --office OFFICE --reason WHY`"
    )
    assert "--rename NEW=Antal" in advice(["datum", "typ", "summa", "fri"])
    assert "accept-drift tranas-1 police 'a b.csv' --office" in advice(EXPECTED)
    assert "accept-drift" not in advice(["datum", "typ", "fri"])
    assert "accept-drift" not in advice(["datum", "typ", "Antal", "Antal", "fri"])


@pytest.fixture
def receipt() -> Receipt:
    """A delivery."""
    return Receipt.model_validate(
        {
            "source_id": "police",
            "covers_from": "2024-01",
            "covers_to": "2024-01",
            "content_hash": "0" * 64,
            "size": 1,
            "file_name": "a b.csv",
            "address": "",
            "received_on": "2024-02-01",
            "source_url": None,
            "is_invented": True,
            "attests_zero": False,
            "fetched_at": "",
        }
    )


@pytest.mark.parametrize("name", ["a b.csv", "year's.csv", "år.csv", "$(x).csv"])
def test_the_command_that_is_named_is_one_for_a_shell(receipt: Receipt, name: str) -> None:
    diff = diff_header(["datum", "typ", "Antal st"], EXPECTED)
    command = how_to_go_on(diff, [], "tranas-1", receipt.model_copy(update={"file_name": name})).split("`")[1]
    assert shlex.split(command)[2:6] == ["tranas-1", "police", name, "--rename"]
