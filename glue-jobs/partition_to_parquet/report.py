"""report.json and copy-manifest.json: what the run came to."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import tzdata

from .batch import Batch, SourceFile
from .contract import RESCUED, Contract, Format
from .errors import FileMismatch, Verdict
from .outcome import FATES, Outcome
from .output import parquet_schema


@dataclass(frozen=True)
class Run:
    """Who made this run: its id, `glue` or `lambda`, the Lambda's memory, and why it gave the batch to Glue."""

    run_id: str
    engine: str
    memory_megabytes: int | None = None
    handed_over: str | None = None


def check_counts(batch: Batch, outcome: Outcome) -> None:
    """Raises RuntimeError unless every record of every file has one fate; FileMismatch where the manifest counts others."""
    for file in batch.files:
        counts = outcome.of(file.index)
        if counts.read != counts.written + counts.deduplicated + counts.rejected:
            raise RuntimeError(f"'{file.key}': the counts do not add up: {counts}")
        if file.record_count is not None and file.record_count != counts.read:
            message = f"'{file.key}' has {counts.read} records, the manifest says {file.record_count}"
            raise FileMismatch(message, file.key)
    written, rejected = _total(outcome, "written"), _total(outcome, "rejected")
    for counted, entries in ((written, outcome.output), (written, outcome.staged), (rejected, outcome.rejects)):
        if counted != sum(entry["rows"] for entry in entries):
            raise RuntimeError(f"{counted} rows were counted, the files hold {sum(entry['rows'] for entry in entries)}")


def _total(outcome: Outcome, fate: str) -> int:
    return sum(getattr(counts, fate) for counts in outcome.files.values())


def report_of(
    batch: Batch, contract: Contract, outcome: Outcome, run: Run, seconds: dict[str, float],
    copy_manifest: str | None, verdict: Verdict | None,
) -> dict[str, Any]:  # fmt: skip
    """The report. With a verdict nothing counts as output."""
    files = [_file_entry(file, outcome) for file in batch.files]
    return {
        "version": 1,
        "dataset": batch.dataset,
        "partition": batch.partition,
        "batch_id": batch.batch_id,
        "revision": batch.revision,
        "place": batch.place,
        "run_id": run.run_id,
        "engine": run.engine,
        "memory_megabytes": run.memory_megabytes,
        "handed_over": run.handed_over,
        "verdict": verdict and {"error": verdict.error, "message": verdict.message, "file": verdict.file},
        "counts": {fate: _total(outcome, fate) for fate in FATES},
        "rejected_by_code": dict(sorted(outcome.by_code.items())),
        "files": files,
        "output": outcome.output,
        "schema": [{"name": field.name, "type": str(field.type)} for field in parquet_schema(contract)],
        "rejects": outcome.rejects,
        "replayed": outcome.replayed,
        "order_by": _bounds(outcome),
        "rescued": outcome.rescued.told() if any(column.name == RESCUED for column in contract.columns) else None,
        "warnings": [*_lines(outcome.warnings | outcome.hints), *outcome.rescued.warnings()],
        "hints": _lines(outcome.hints),
        "dialect": _dialect(contract.format),
        "time_zones": tzdata.IANA_VERSION,
        "bytes_read": sum(file.content_length for file in batch.files),
        "seconds": {stage: round(value, 3) for stage, value in seconds.items()},
        "copy_manifest": copy_manifest,
    }


def _file_entry(file: SourceFile, outcome: Outcome) -> dict[str, Any]:
    """A delivered file: its counts, and how it was read (compression, encoding, lines that are no records, members)."""
    entry = {"key": file.key, "version_id": file.version_id, "bytes": file.content_length, **_fates(outcome, file.index)}
    return {**entry, "form": outcome.forms.get(file.index, {})}


def _dialect(form: Format) -> dict[str, Any] | None:
    """How CSV's records are told apart."""
    if form.type != "csv":
        return None
    return {name: getattr(form, name) for name in ("delimiter", "quote", "escape", "quotes", "header")}


def _lines(warnings: set[tuple[str, str]]) -> list[str]:
    """One line a warning, however many files give it."""
    files: dict[str, list[str]] = {}
    for text, key in sorted(warnings):
        files.setdefault(text, []).append(key)
    return [
        f"{text} (in '{keys[0]}'{f' and {len(keys) - 1} more' if len(keys) > 1 else ''})" for text, keys in files.items()
    ]


def _fates(outcome: Outcome, file: int) -> dict[str, int]:
    counts = outcome.of(file)
    return {fate: getattr(counts, fate) for fate in FATES}


def _bounds(outcome: Outcome) -> dict[str, str] | None:
    if not outcome.orders:
        return None
    return {"min": _text(min(outcome.orders)), "max": _text(max(outcome.orders))}


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def copy_manifest_of(bucket: str, outcome: Outcome) -> dict[str, Any]:
    """Redshift's COPY manifest, of the Parquet or of JSON lines; Parquet needs each file's content_length (C2.2)."""
    return {
        "entries": [
            {
                "url": f"s3://{bucket}/{entry['key']}",
                "mandatory": True,
                "meta": {"content_length": entry["content_length"]},
            }
            for entry in outcome.staged
        ]
    }
