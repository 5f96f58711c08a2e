"""What the table of the demo must hold in the end, computed from the source file and the demo's additions alone.

Shares no code with Sluice: plain Python, its own reading of the rules of examples/demo/expected.md.
Prints one JSON array, sorted by id: [id, magnitude, occurred_at, updated_at, longitude, latitude, depth_km, place].
Usage: independent.py <earthquakes.json> <additions.json>
"""

import copy
import json
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal

source_path, additions_path = sys.argv[1:]
with open(source_path, encoding="utf-8") as file:
    source = json.load(file, parse_float=Decimal)["features"]
with open(additions_path, encoding="utf-8") as file:
    additions = json.load(file, parse_float=Decimal)

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def moment(milliseconds):
    return (EPOCH + timedelta(milliseconds=milliseconds)).strftime("%Y-%m-%d %H:%M:%S.%f")


def day(feature):
    return moment(feature["properties"]["time"])[:10]


def apply(feature, change):
    changed = copy.deepcopy(feature)
    changed["id"] = change.get("id", changed["id"])
    if "mag" in change:
        changed["properties"]["mag"] = change["mag"]
    if "updated" in change:
        del changed["properties"]["updated"]
    elif "updated_ms" in change:
        changed["properties"]["updated"] += change["updated_ms"]
    return changed


def is_acceptable(record):
    if not isinstance(record, dict) or not isinstance(record.get("id"), str):
        return False
    properties = record["properties"]
    magnitude = properties["mag"]
    if isinstance(magnitude, str) or not isinstance(properties.get("updated"), int):
        return False
    return magnitude is None or -3 <= magnitude <= 10


by_id = {feature["id"]: feature for feature in source}
records = list(source)
for added in additions["added"]:
    records.append(apply(by_id[added["copy_of"]], added["change"]) if "copy_of" in added else added["raw"])
for corrected in additions["corrections"]["changed"]:
    records.append(apply(by_id[corrected["id"]], corrected["change"]))

newest = {}
for record in filter(is_acceptable, records):
    known = newest.get(record["id"])
    if known is None or record["properties"]["updated"] > known["properties"]["updated"]:
        newest[record["id"]] = record


def number(value, decimals):
    return None if value is None else f"{Decimal(value):.{decimals}f}"


rows = []
for identifier, record in sorted(newest.items()):
    properties, (longitude, latitude, depth) = record["properties"], record["geometry"]["coordinates"]
    rows.append(
        [
            identifier,
            number(properties["mag"], 2),
            moment(properties["time"]),
            moment(properties["updated"]),
            number(longitude, 7),
            number(latitude, 7),
            number(depth, 3),
            properties["place"],
        ]
    )
json.dump(rows, sys.stdout)
