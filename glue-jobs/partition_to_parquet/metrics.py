"""The report's numbers as CloudWatch metrics, in embedded metric format: one line of JSON in the job's log."""

import time
from typing import Any

NAMESPACE = "Sluice"


def metrics_line(report: dict[str, Any]) -> dict[str, Any]:
    """A line that CloudWatch Logs turns into metrics by dataset; it also says in words what the run came to."""
    counts, seconds = report["counts"], report["seconds"]
    values = {
        "RecordsRead": (counts["read"], "Count"),
        "RecordsWritten": (counts["written"], "Count"),
        "RecordsDeduplicated": (counts["deduplicated"], "Count"),
        "RecordsRejected": (counts["rejected"], "Count"),
        "BytesRead": (report["bytes_read"], "Bytes"),
        "ConversionTime": (seconds["total"], "Seconds"),
    }
    metrics = [{"Name": name, "Unit": unit} for name, (_, unit) in values.items()]
    return {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [["Dataset"]], "Metrics": metrics}],
        },
        "Dataset": report["dataset"],
        "Partition": report["partition"],
        "Verdict": report["verdict"],
        **{name: value for name, (value, _) in values.items()},
    }
