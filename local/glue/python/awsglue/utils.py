"""Reads a job's arguments as Glue does (E2.8, E2.9)."""

import argparse

# Glue's launcher passes these itself. They are in the result, but a script may not ask for them, except JOB_NAME.
_RESERVED = ("JOB_ID", "JOB_RUN_ID", "SECURITY_CONFIGURATION")
_BOOKMARKS = ("job-bookmark-enable", "job-bookmark-disable", "job-bookmark-pause")
_CONTINUATIONS = ("continuation-enabled", "continuation-readonly", "continuation-ignore")
_BOOKMARK_RANGE = ("job-bookmark-from", "job-bookmark-to")
_ENCRYPTIONS = ("sse-s3", "sse-kms")
_TEMPORARY_FOLDERS = ("RedshiftTempDir", "TempDir")


class GlueArgumentError(Exception):
    """A required argument is missing, ambiguous or without a value."""


class _RaisingParser(argparse.ArgumentParser):
    def error(self, message):
        raise GlueArgumentError(message)


def getResolvedOptions(args, options):
    """The values of `options` (names without dashes) in `args` (`sys.argv`), as a dict.

    Every listed option is required. An argument may be given by any prefix that only one option has, since argparse
    matches prefixes: so no option's name should be the beginning of another's.
    Raises GlueArgumentError, and RuntimeError where a script asks for an argument that Glue keeps for itself.
    """
    for name in ("job-bookmark-option", "continuation-option", "encryption-type", *_BOOKMARK_RANGE, *_RESERVED):
        if name in options:
            raise RuntimeError(f"Using reserved arguments {name}")
    parser = _RaisingParser()
    parser.add_argument("--job-bookmark-option", choices=_BOOKMARKS)
    parser.add_argument("--continuation-option", choices=_CONTINUATIONS)
    parser.add_argument("--encryption-type", choices=_ENCRYPTIONS)
    for name in (*_BOOKMARK_RANGE, *_RESERVED, *_TEMPORARY_FOLDERS):
        parser.add_argument("--" + name)
    for name in options:
        if name not in _TEMPORARY_FOLDERS:
            parser.add_argument("--" + name, required=True)
    found = vars(parser.parse_known_args(args[1:])[0])
    return _with_bookmark(_with_temporary_folder(found))


def _with_temporary_folder(found):
    folder = found["TempDir"] if found["TempDir"] is not None else found["RedshiftTempDir"]
    return {**found, "TempDir": folder, "RedshiftTempDir": folder}


def _with_bookmark(found):
    """The old continuation option counts only where the bookmark option is absent; the default is no bookmark."""
    continuation = found.pop("continuation_option")
    if found["job_bookmark_option"] is None:
        found["job_bookmark_option"] = (
            "job-bookmark-disable"
            if continuation in (None, "continuation-ignore")
            else _BOOKMARKS[0]
            if continuation == "continuation-enabled"
            else _BOOKMARKS[2]
        )
    absent = [name for name in _BOOKMARK_RANGE if found[name.replace("-", "_")] is None]
    if found["job_bookmark_option"] == "job-bookmark-pause":
        if len(absent) == 1:
            raise RuntimeError(f"Missing option or value for --{absent[0]}")
    elif not absent:
        raise RuntimeError("Invalid option(s) --job-bookmark-from --job-bookmark-to")
    return found
