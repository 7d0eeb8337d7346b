"""Which keys come more than once: exactly those, whatever is kept on disk, compared in parts and judged in turns."""

from collections import Counter
from tempfile import TemporaryFile

import numpy as np
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.keys_seen import KeysSeen, Repeated

BATCHES = st.lists(st.lists(st.integers(0, 40).map("P-{}".format), max_size=20), min_size=1, max_size=6)


def repeated(batches: list[list[str]], apart: int) -> tuple[list[Repeated], dict[int, str]]:
    """Return what is found, and the key on each line; lines stand so far apart."""
    by_line: dict[int, str] = {}
    with TemporaryFile() as file:
        seen = KeysSeen(file)
        for keys in batches:
            first = max(by_line, default=1) + 1
            lines = np.arange(first, first + apart * len(keys), apart, dtype=np.int64)
            by_line |= dict(zip(lines.tolist(), keys, strict=True))
            seen.add(pyarrow.array(keys, pyarrow.string()), lines)
        repetitions = seen.repetitions()
        counts = Counter(by_line.values())
        assert repetitions.repeating_rows_min == sum(count - 1 for count in counts.values())
        assert repetitions.rows_of_a_key_max == max((count for count in counts.values() if count > 1), default=0)
        found = list(seen.repeated(repetitions))
        for one in found:
            keys_again = pyarrow.array([by_line[line] for line in one.lines.tolist()], pyarrow.string())
            assert seen.are_same(keys_again, one)
            assert not seen.are_same(pyarrow.array(["other"] * len(one.lines)), one)
    return found, by_line


@pytest.mark.parametrize("sorted_max", [2_000_000, 3])
@pytest.mark.parametrize("rows_at_a_time", [100_000, 3])
@settings(deadline=None)
@given(batches=BATCHES, apart=st.sampled_from([1, 2]))
def test_each_key_that_repeats_is_found_once(
    sorted_max: int, rows_at_a_time: int, batches: list[list[str]], apart: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sources.keys_seen._SORTED_MAX", sorted_max)
        patch.setattr("sources.keys_seen._ROWS_AT_A_TIME", rows_at_a_time)
        found, by_line = repeated(batches, apart)
    counts = Counter(by_line.values())
    lines = [line for one in found for line in one.lines.tolist()]
    assert sorted(lines) == [line for line, key in by_line.items() if counts[key] > 1]
    assert all(one.lines.tolist() == sorted(one.lines.tolist()) for one in found)
    in_turns = [{by_line[line] for line in one.lines.tolist()} for one in found]
    assert sum(map(len, in_turns)) == len(set().union(*in_turns))
