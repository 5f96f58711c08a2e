import { type Finding, findingAt, type Located } from "../finding.js";
import { nearest } from "../nearest.js";
import type { Granularity } from "../partition.js";
import { defaultPath, Path } from "../paths/path.js";
import { pathProblem, shapeProblem } from "../paths/problems.js";
import type { DatasetFile } from "../schema.js";
import type { Report } from "./report.js";
import { zoneProblem } from "./time-zones.js";

const minute = 60;
const day = 86_400;
/** A look goes into every partition of the window; this many are a few seconds' work. */
const longestWindow = { hour: 14 * day, day: 366 * day, month: 3660 * day } as const;

/** How deliveries come: `partition`, `timezone`, `path`, `arrival`, `deliveries`, and the values of `$path`. */
export function arrivalFindings(file: DatasetFile, located: Located): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (path, found, expected, remedy) =>
    findings.push(findingAt(located, path, { found, expected, remedy }));
  if (file.deliveries !== undefined) return [...findings, ...ofAnother(file, located)];
  if (file.partition === undefined) {
    report(["partition"], "nothing", "one of hour, day, month", "Add 'partition'.");
    return findings;
  }
  zoneRules(file, report);
  pathRules(file, report);
  arrivalRules(file, report);
  scheduleRules(file, report, findings, located);
  return findings;
}

/** A dataset that reads what is delivered for another has nothing to say about how it comes. */
function ofAnother(file: DatasetFile, located: Located): Finding[] {
  const own = (["partition", "timezone", "path", "arrival"] as const).filter((key) => file[key] !== undefined);
  return own.map((key) =>
    findingAt(located, [key], {
      found: `'${key}' together with 'deliveries: ${file.deliveries}'`,
      expected: `this key only in the dataset '${file.deliveries}'`,
      remedy: `Remove '${key}'.`,
    }),
  );
}

function zoneRules({ timezone, partition }: DatasetFile, report: Report): void {
  if (timezone === undefined) return;
  const problem = zoneProblem(timezone);
  if (problem !== undefined) report(["timezone"], problem.found, problem.expected, problem.remedy);
  if (partition === "hour" && timezone !== "UTC") {
    report(
      ["timezone"],
      `hours in ${timezone}`,
      "hours in UTC, since a clock change would give one hour two names, or two hours the same name",
      "Remove 'timezone', or write partition: day. Times in the data have their own timezone ('defaults').",
    );
  }
}

function pathRules({ path, partition, columns, dataset }: DatasetFile, report: Report): void {
  if (partition === undefined) return;
  const problem = path === undefined ? undefined : pathProblem(path, partition);
  if (problem !== undefined) report(["path"], problem.found, problem.expected, problem.remedy);
  else pathValueRules(new Path(path ?? defaultPath(dataset, partition), partition).names, columns, report);
}

/** `$path.<name>` names a part of the path. */
export function pathValueRules(names: readonly string[], columns: DatasetFile["columns"], report: Report): void {
  for (const [index, { from }] of columns.entries()) {
    if (typeof from !== "string" || !from.startsWith("$path.")) continue;
    const name = from.slice("$path.".length);
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    report(
      ["columns", index, "from"],
      `'${from}', which is not a part of the path`,
      names.length === 0
        ? "a path with a named part such as {region}"
        : `one of ${names.map((each) => `$path.${each}`).join(", ")}`,
      meant === undefined ? `Write {${name}} in 'path' where the value is.` : `Write '$path.${meant}'.`,
    );
  }
}

function arrivalRules({ arrival, partition }: DatasetFile, report: Report): void {
  if (arrival === undefined || typeof arrival === "string" || partition === undefined) return;
  if ("quiet" in arrival) quietRules(arrival, partition, report);
  else markerRules(arrival, partition, report);
}

type Marker = Extract<NonNullable<DatasetFile["arrival"]>, { marker: string }>;

function markerRules({ marker, control }: Marker, partition: Granularity, report: Report): void {
  const problem = marker.includes("/") ? undefined : (shapeProblem(marker) ?? pathProblem(marker, partition));
  if (marker.includes("/")) {
    report(
      ["arrival", "marker"],
      `'${marker}' with a slash`,
      "a name without a folder: the marker is in the folder of its files",
      "Remove the folder.",
    );
  } else if (problem !== undefined) {
    report(["arrival", "marker"], problem.found, problem.expected, problem.remedy);
  } else if (/^(\*|\{[^:}]*\})*$/.test(marker)) {
    report(
      ["arrival", "marker"],
      `'${marker}', which matches every name`,
      "a name that no data file has",
      "Write a name that only the marker has, such as _SUCCESS or *.done.",
    );
  }
  if (control !== undefined) controlRules(control, report);
}

function controlRules(control: NonNullable<Marker["control"]>, report: Report): void {
  const { file, rows, bytes, sha256, format } = control;
  if (file === undefined && rows === undefined && bytes === undefined) {
    report(
      ["arrival", "control"],
      "a control file without any values to read",
      "at least one of file, rows, bytes",
      "Say where the control file gives the names of files or their counts.",
    );
  }
  if (sha256 !== undefined && file === undefined) {
    report(
      ["arrival", "control", "sha256"],
      "'sha256' without 'file'",
      "'sha256' together with 'file', since a checksum belongs to one file",
      "Add 'file', or remove 'sha256'.",
    );
  }
  const isByPosition = format.type === "csv" && !format.header;
  for (const [name, from] of Object.entries({ file, rows, bytes, sha256 })) {
    if (from === undefined || (typeof from === "number") === isByPosition) continue;
    report(
      ["arrival", "control", name],
      `${JSON.stringify(from)}`,
      isByPosition ? "a position counted from 1, since the control file has no header" : "a name",
      isByPosition ? "Write the field's position." : "Write the name, or header: false.",
    );
  }
}

type Quiet = Extract<NonNullable<DatasetFile["arrival"]>, { quiet: number }>;

function quietRules({ quiet, every, window }: Quiet, partition: Granularity, report: Report): void {
  if (quiet < minute) {
    report(
      ["arrival", "quiet"],
      `${quiet}s`,
      "at least 1m",
      "Write a longer time; otherwise a file that follows starts another load.",
    );
  }
  if (every % minute !== 0) {
    report(["arrival", "every"], `${every}s`, "whole minutes", "Write it in minutes, such as 5m.");
  }
  if (window < Math.max(quiet, every)) {
    report(["arrival", "window"], `${window}s`, "at least as long as 'quiet' and 'every'", "Lengthen 'window'.");
  }
  if (window > longestWindow[partition]) {
    report(
      ["arrival", "window"],
      `${window / day}d`,
      `at most ${longestWindow[partition] / day}d for a partition of ${partition === "hour" ? "an" : "a"} ${partition}`,
      "Shorten 'window'. Files of older partitions are still noticed by their events.",
    );
  }
}

function scheduleRules(file: DatasetFile, report: Report, findings: Finding[], located: Located): void {
  const { schedule, arrival = "manifest", path, partition } = file;
  if (schedule === undefined || partition === undefined) return;
  if (arrival !== "manifest") {
    report(
      ["schedule"],
      "a schedule together with this arrival",
      "a schedule only with 'arrival: manifest', since other arrivals start loads by themselves",
      "Remove 'schedule', or 'arrival'.",
    );
    return;
  }
  if (path !== undefined && pathProblem(path, partition) === undefined && !new Path(path, partition).hasPartition) {
    report(
      ["schedule"],
      "a schedule with a path without {partition:…}",
      "a path that says where a partition's files are",
      "Add {partition:…} to 'path', or use 'arrival: { quiet: 15m }'.",
    );
  }
  if (schedule.manifests === "composed") {
    findings.push(
      findingAt(located, ["schedule", "manifests"], {
        found: "composed manifests",
        expected: "an arrival that needs no manifest",
        remedy:
          "This keeps working. To load as soon as no file has arrived for a while, write 'arrival: { quiet: 15m }' instead of 'schedule'.",
        severity: "warning",
      }),
    );
  }
}
