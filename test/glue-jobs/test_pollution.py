"""Polluted versions of one CSV file, told their dialect: those of whole files, and some of those of one row (bench/glue/pollution.py)."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench" / "glue"))

from pollution import clean_rows, of_files, of_rows, score

ROWS = clean_rows()


@pytest.mark.parametrize("version", list(of_files(ROWS)), ids=lambda version: version.kind)
def test_a_polluted_file_is_read_as_it_was_meant(version):
    assert score(version) == pytest.approx(10)


def test_a_polluted_row_costs_at_most_itself():
    some = list(of_rows(ROWS))[::50]
    assert len(some) > 40
    assert [(version.kind, score(version)) for version in some if score(version) < 9.96] == []
