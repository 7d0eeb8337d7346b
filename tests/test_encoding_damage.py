"""Damaged text: what the quick look passes over, the search would not find."""

from hypothesis import given
from hypothesis import strategies as st

from methods.encoding_damage import find_encoding_damage, may_be_damaged

PIECES = st.sampled_from(
    ["Ã", "¥", "¤", "¶", "…", "„", "–", "©", "‰", "\x85", "\x84", "\x96", "â", "€", "\ufeff", "\ufffd"]
)


@given(st.lists(PIECES | st.text(max_size=3)).map("".join))
def test_no_damage_is_passed_over(text: str) -> None:
    assert find_encoding_damage(text) is None or may_be_damaged(text.encode("utf-8", "ignore"))
