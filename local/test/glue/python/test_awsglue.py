"""getResolvedOptions of the local account, which behaves as Glue's own."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "glue" / "python"))

from awsglue.utils import GlueArgumentError, getResolvedOptions

ARGV = ["script.py", "--JOB_NAME", "job", "--batch_file", "s3://b/k", "--JOB_RUN_ID", "jr_1", "--other", "1"]


def test_gives_the_listed_options_and_what_glue_adds():
    found = getResolvedOptions(ARGV, ["JOB_NAME", "batch_file"])
    assert (found["JOB_NAME"], found["batch_file"], found["JOB_RUN_ID"]) == ("job", "s3://b/k", "jr_1")
    assert "other" not in found
    assert found["job_bookmark_option"] == "job-bookmark-disable"


def test_every_listed_option_is_required():
    with pytest.raises(GlueArgumentError, match="--output_folder"):
        getResolvedOptions(ARGV, ["batch_file", "output_folder"])


def test_an_option_without_a_value_is_an_error():
    with pytest.raises(GlueArgumentError, match="expected one argument"):
        getResolvedOptions(["script.py", "--batch_file"], ["batch_file"])


@pytest.mark.parametrize("name", ["JOB_RUN_ID", "JOB_ID", "job-bookmark-option", "encryption-type"])
def test_what_glue_keeps_for_itself_cannot_be_asked_for(name):
    with pytest.raises(RuntimeError, match=f"Using reserved arguments {name}"):
        getResolvedOptions(ARGV, [name])


def test_a_beginning_that_one_option_has_stands_for_it():
    assert getResolvedOptions(["script.py", "--batch", "x"], ["batch_file"])["batch_file"] == "x"


def test_a_beginning_that_two_options_have_is_an_error():
    with pytest.raises(GlueArgumentError, match="ambiguous"):
        getResolvedOptions(["script.py", "--date", "x"], ["date_from", "date_to"])


def test_an_old_continuation_option_counts_where_there_is_no_bookmark_option():
    found = getResolvedOptions(["script.py", "--continuation-option", "continuation-enabled"], [])
    assert found["job_bookmark_option"] == "job-bookmark-enable"


def test_temp_dir_is_optional_and_known_by_both_names():
    assert getResolvedOptions(ARGV, ["TempDir"])["TempDir"] is None
    found = getResolvedOptions([*ARGV, "--TempDir", "s3://b/t/"], [])
    assert found["TempDir"] == found["RedshiftTempDir"] == "s3://b/t/"
