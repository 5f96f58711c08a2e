"""Fast readers against the strict ones: random files and contracts, report, rows and rejects: `npm run bench -- parsers`."""

import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in ("glue-jobs", "test/glue-jobs/support"):
    sys.path.insert(0, str(ROOT / folder))

from agreement import FORMATS, disagreement


def main() -> None:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    formats = sys.argv[2].split(",") if len(sys.argv) > 2 else list(FORMATS)
    first = int(time.time()) % 1_000_000 * 100_000
    tried, wrong, fast = 0, 0, {}
    for name in formats:
        taken = 0
        for seed in range(first, first + files):
            found = disagreement(name, seed)
            tried += 1
            taken += found.is_fast
            if found.difference:
                wrong += 1
                print(f"{name}, seed {seed}: {found.difference}", flush=True)
            if tried % 2_000 == 0:
                print(f"{tried} files, {wrong} different", flush=True)
        fast[name] = round(taken / files, 2)
    result = {"name": "parsers", "tried": tried, "wrong": wrong, "target": 0, "runs": {"first_seed": first, "share_read_fast": fast}}
    print(json.dumps(result))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
