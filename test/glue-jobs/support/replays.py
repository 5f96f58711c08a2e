"""Replays of a converted batch: the job asked once more for the records that it rejected."""

import json
from typing import Any

from batches import RUN_FOLDER, Result, read_result
from without_spark import run


def replay(first: Result, contract: dict[str, Any], before: Result | None = None) -> Result:
    """Reads what `first`, or the replay `before` of it, rejected once more, by a contract of today; gives what that came to."""
    objects = first.objects
    batch = json.loads(objects.read("processed", f"{RUN_FOLDER}batch.json"))
    records: dict[str, int] = {}
    for file in first.report["files"]:
        members = file["form"].get("members")
        records.update({member["key"]: member["read"] for member in members} if members else {file["key"]: file["read"]})
    batch["replay"] = {"rejects": [entry["key"] for entry in (before or first).report["rejects"]], "records": records}
    folder = RUN_FOLDER.replace("/execution/", "/again/" if before else "/replay/")
    batch["contract"] = f"s3://processed/{folder}contract.json"
    objects.write("processed", f"{folder}contract.json", json.dumps(contract).encode())
    objects.write("processed", f"{folder}batch.json", json.dumps(batch).encode())
    arguments = {"batch_file": f"s3://processed/{folder}batch.json", "output_folder": f"s3://processed/{folder}", "JOB_RUN_ID": "jr_2"}
    return read_result(run(arguments, objects), objects)


def replayed_rows(result: Result) -> list[dict[str, Any]]:
    """The rows of an earlier load that have passed."""
    return [json.loads(line) for entry in result.report["replayed"] for line in result.objects.read("processed", entry["key"]).splitlines()]
