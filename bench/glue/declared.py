"""Compiled contracts as the files that a person writes, and back by the product's own check and compiler."""

import json
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# What a contract means where it says nothing.
FORMAT_DEFAULTS = {
    "compression": "auto", "encoding": None, "delimiter": ",", "quote": '"', "escape": "double", "header": True, "quotes": "lenient", "comment": None,
    "skip_lines": 0, "skip_after_header": 0, "footer": None, "skip_initial_space": False, "short_rows": "reject", "lines": True, "records": None,
    "concatenated": False, "namespaces": {},
}  # fmt: skip
COLUMN_DEFAULTS = {
    "value": None, "expression": None, "required": False, "optional": False, "occurrence": 1, "trim": True, "empty": "null", "null": [], "case": None,
    "parse": "iso8601", "zones": {}, "timezone": None, "round": False, "truncate": False, "number": None,
}  # fmt: skip


def declared(compiled: dict[str, Any]) -> str:
    """The dataset's file, as JSON, which is YAML."""
    form = {name: value for name, value in compiled["format"].items() if name not in FORMAT_DEFAULTS or value != FORMAT_DEFAULTS[name]}
    # How a document is told from lines is the compiler's to say.
    form.pop("lines", None)
    if form["type"] == "csv" and compiled["format"]["quote"] is None:
        form["quote"] = "none"
    load = {name: value for name, value in compiled["load"].items() if value and name != "mode"}
    mode = "upsert" if load.get("key") else "append"
    if load.get("conflicts") == "reject" or mode == "append":
        load.pop("conflicts", None)
    return json.dumps(
        {
            "dataset": "things", "source": "shop", "partition": "hour", "format": form, "columns": [_column(column) for column in compiled["columns"]],
            "unknown_columns": compiled["unknown_columns"], "table": {"name": "shop.things"}, "load": {"mode": mode, **load},
        },
        ensure_ascii=True,
    )  # fmt: skip


def _column(column: dict[str, Any]) -> dict[str, Any]:
    kind = column["type"]
    sizes = [kind[name] for name in ("length", "precision", "scale") if name in kind]
    written = {name: value for name, value in column.items() if name not in COLUMN_DEFAULTS or value != COLUMN_DEFAULTS[name]}
    if number := written.get("number"):
        written["number"] = {name: value for name, value in number.items() if value is not None}
    return {**written, "type": kind["name"] + (f"({','.join(map(str, sizes))})" if sizes else "")}


class Compiler:
    """The product's check and compiler in a process of their own."""

    def __init__(self) -> None:
        command = [ROOT / "node_modules/.bin/tsx", ROOT / "bench/glue/checked-contracts.ts"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.refused: dict[str, int] = {}
        self.accepted = 0

    def compile(self, text: str) -> dict[str, Any] | None:
        """The compiled contract; None where check refuses it. Whoever breaks the process has found a fault."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(text) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"check ended at {text}"
        answer = json.loads(line)
        for error in answer.get("errors", []):
            assert ". " in error, f"no remedy: {error}"
            path = error.split(": found")[0].rpartition(" ")[2]
            self.refused[path] = self.refused.get(path, 0) + 1
        self.accepted += "contract" in answer
        return answer.get("contract")
