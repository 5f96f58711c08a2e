"""The benchmarks' records: the flights of vega-datasets as CSV. `python bench/glue/flights.py <file>` writes them."""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]


def write_csv(path: Path) -> int:
    """3,000,000 flights with an id; 0.1 % have a broken delay, 0.1 % more repeat a key with another time."""
    flights = pq.read_table(ROOT / "node_modules/vega-datasets/data/flights-3m.parquet")
    rows = flights.num_rows
    numbers = np.random.default_rng(1)
    delay = flights["delay"].cast(pa.string()).to_pandas().to_numpy()
    delay[numbers.choice(rows, rows // 1000, replace=False)] = "n/a"
    table = pa.table({
        "id": pa.array(np.arange(1, rows + 1)),
        "date": pc.strftime(flights["date"], "%Y-%m-%dT%H:%M"),
        "delay": pa.array(delay, pa.string()),
        "distance": flights["distance"],
        "origin": flights["origin"].cast(pa.string()),
        "destination": flights["destination"].cast(pa.string()),
    })  # fmt: skip
    again = table.take(pa.array(numbers.choice(rows, rows // 1000, replace=False)))
    again = again.set_column(1, "date", pa.array(["2001-07-01T00:00"] * again.num_rows))
    table = pa.concat_tables([table, again])
    csv.write_csv(table, path, csv.WriteOptions(quoting_style="none", quoting_header="none"))
    return table.num_rows


if __name__ == "__main__":
    write_csv(Path(sys.argv[1]))
