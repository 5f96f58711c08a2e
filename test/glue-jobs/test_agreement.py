"""Random files read by the fast and by the strict readers: report, rows and rejects are the same. `bench -- parsers` tries more."""

import pytest
from agreement import FORMATS, disagreement
from long_form import tries

SEEDS = tries(120)


@pytest.mark.parametrize("format", FORMATS)
def test_fast_and_strict_readers_agree(format):
    found = [disagreement(format, seed) for seed in range(SEEDS)]
    assert [each.difference for each in found if each.difference] == []
    # Not by leaving everything to the strict reader.
    assert sum(each.is_fast for each in found) > SEEDS / 6
