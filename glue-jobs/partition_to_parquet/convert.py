"""The conversion of one batch: from batch.json to Parquet, rejected rows and, last, the report. Its hosts say where tasks run."""

import json
import time
from dataclasses import dataclass
from typing import Any

from .batch import read_batch, split_uri
from .contract import read_contract
from .errors import Verdict
from .executors import Executor
from .objects import Objects
from .outcome import Outcome
from .parts import Work
from .protection.key import Key
from .protection.protect import Protection
from .protection.withheld import verdict_withheld, warnings_withheld
from .replay import run_replay
from .report import Run, check_counts, copy_manifest_of, report_of
from .run_batch import run_batch


@dataclass(frozen=True)
class Request:
    """What a host is asked for: addresses of batch.json and of the folder in which `run_id` becomes this run's own folder."""

    batch_file: str
    output_folder: str
    run_id: str
    engine: str
    memory_megabytes: int | None = None
    # Why the Lambda gave this batch to Glue.
    handed_over: str | None = None


def convert(executor: Executor, request: Request, objects: Objects, key: Key | None = None) -> dict[str, Any]:
    """Converts one batch and returns the report that it wrote last. `key` is that of columns with `protect: hash`.

    A batch that cannot be judged ends in a report with a verdict; whatever is raised is trouble of the machinery,
    or NeedsSpark or KeyUnusable, before anything was written.
    """
    started = time.monotonic()
    batch = read_batch(read_json(objects, request.batch_file))
    contract = read_contract(read_json(objects, batch.contract))
    bucket, run_folder = split_uri(request.output_folder)
    protection = Protection(key)
    protected = protection.noted(contract)
    work = Work(objects, batch, contract, bucket, f"{run_folder}{request.run_id}/", protection=protection)
    seconds: dict[str, float] = {}
    verdict: Verdict | None = None
    try:
        outcome = run_batch(executor, work, seconds) if batch.replay is None else run_replay(executor, work, batch.replay)
        check_counts(batch, outcome)
    except Verdict as found:
        verdict, outcome = verdict_withheld(found, contract), Outcome()
    outcome.warnings = warnings_withheld(outcome.warnings, contract)
    copy_manifest = None
    if outcome.output:
        key = f"{work.folder}copy-manifest.json"
        objects.write(bucket, key, to_json(copy_manifest_of(bucket, outcome)))
        copy_manifest = f"s3://{bucket}/{key}"
    seconds["total"] = time.monotonic() - started
    run = Run(request.run_id, request.engine, request.memory_megabytes, request.handed_over)
    report = {**report_of(batch, contract, outcome, run, seconds, copy_manifest, verdict), "protection": protected}
    objects.write(bucket, f"{work.folder}report.json", to_json(report))
    return report


def read_json(objects: Objects, uri: str) -> dict[str, Any]:
    return json.loads(objects.read(*split_uri(uri)))


def to_json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
