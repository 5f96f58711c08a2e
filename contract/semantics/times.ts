import { cronProblem, longestPause } from "schedule-expressions";
import { type Finding, findingAt, type Located } from "../finding.js";
import type { Granularity } from "../partition.js";
import type { DatasetFile } from "../schema.js";
import { zoneProblem } from "./time-zones.js";

const hour = 3600;
const day = 24 * hour;
const month = 31 * day;
const partitionSeconds = { hour, day, month } as const;
/** A scheduled run looks into every partition of its lag; this many are a few seconds' work. */
const longestLag = { hour: 14 * day, day: 366 * day, month: 10 * 366 * day } as const;
const longestWait = { hour: 7 * day, day: 7 * day, month: 45 * day } as const;

/** `schedule:` and `expect:`: a cron that EventBridge takes and that fires, and times that fit each other. */
export function timeFindings(file: DatasetFile, located: Located, now: Date = new Date()): Finding[] {
  return [...scheduleFindings(file, located, now), ...expectFindings(file, located)];
}

function scheduleFindings({ schedule, partition }: DatasetFile, located: Located, now: Date): Finding[] {
  if (schedule === undefined || partition === undefined) return [];
  const findings: Finding[] = [];
  const problem = cronProblem(schedule.cron, now.getUTCFullYear());
  if (problem !== undefined) {
    findings.push(
      findingAt(located, ["schedule", "cron"], {
        found: `'${schedule.cron}': ${problem}`,
        expected: "six fields, minutes first, one of the two days '?', that name a time in the future",
        remedy: 'Write it as EventBridge does, such as "15 * * * ? *" (a quarter past every hour).',
      }),
    );
  }
  const zone = zoneProblem(schedule.timezone);
  if (zone !== undefined) {
    findings.push(findingAt(located, ["schedule", "timezone"], zone));
  }
  if (schedule.settle >= schedule.lag) {
    findings.push(
      findingAt(located, ["schedule", "settle"], {
        found: `a settle time of ${schedule.settle} s with a lag of ${schedule.lag} s`,
        expected: "a settle time shorter than the lag, or no partition settles in time",
        remedy: "Shorten 'settle', or lengthen 'lag'.",
      }),
    );
  }
  if (problem === undefined && zone === undefined) findings.push(...pauseFindings(schedule, partition, located, now));
  if (schedule.lag > longestLag[partition]) {
    findings.push(
      findingAt(located, ["schedule", "lag"], {
        found: `a lag of ${schedule.lag / day} days`,
        expected: `at most ${longestLag[partition] / day} days for a partition of ${partition === "hour" ? "an" : "a"} ${partition}`,
        remedy: "Shorten 'lag', and load older partitions with 'sluice backfill'.",
      }),
    );
  }
  return findings;
}

/** A lag in which some partition of the years ahead would lie in no run. */
function pauseFindings(
  schedule: NonNullable<DatasetFile["schedule"]>,
  partition: Granularity,
  located: Located,
  now: Date,
): Finding[] {
  const pause = longestPause(schedule.cron, schedule.timezone, now.getUTCFullYear());
  if (pause === undefined) return [];
  // A run looks at one partition more than its lag; that one makes up for an hour that a change of the clocks adds.
  const needed = Math.max(pause.byClock, pause.inFact - partitionSeconds[partition]);
  if (needed <= schedule.lag) return [];
  const rests =
    pause.inFact > pause.byClock
      ? `${duration(pause.inFact)} from one run to the next when a clock change in ${schedule.timezone} skips a run`
      : `${duration(pause.byClock)} from one run to the next`;
  return [
    findingAt(located, ["schedule", "lag"], {
      found: `a lag of ${duration(schedule.lag)}, with up to ${rests}`,
      expected: "a lag at least as long, or partitions between two runs would never be looked at",
      remedy:
        needed > longestLag[partition]
          ? `Let the cron run more often: a lag can be at most ${duration(longestLag[partition])}.`
          : `Write lag: ${duration(needed)}, or let the cron run more often.`,
    }),
  ];
}

function expectFindings({ expect, partition }: DatasetFile, located: Located): Finding[] {
  if (expect === undefined || partition === undefined) return [];
  const findings: Finding[] = [];
  const length = partitionSeconds[partition];
  if (partition === "hour" ? expect.every % length !== 0 || day % expect.every !== 0 : expect.every !== length) {
    findings.push(
      findingAt(located, ["expect", "every"], {
        found: `a partition every ${expect.every} s`,
        expected: everyText[partition],
        remedy:
          partition === "hour"
            ? "Write one of these, or remove 'expect'."
            : `Write every: ${partitionSeconds[partition] / day}d.`,
      }),
    );
  }
  if (expect.within < length) {
    findings.push(
      findingAt(located, ["expect", "within"], {
        found: `${expect.within} s, counted from the partition's start`,
        expected: `at least the length of the ${partition}`,
        remedy: `Write a longer time, since the ${partition} is not over earlier.`,
      }),
    );
  }
  if (expect.within > longestWait[partition]) {
    findings.push(
      findingAt(located, ["expect", "within"], {
        found: `${expect.within / day} days`,
        expected: `at most ${longestWait[partition] / day} days`,
        remedy: "Shorten it.",
      }),
    );
  }
  return findings;
}

const everyText = {
  hour: "whole hours that divide a day: 1h, 2h, 3h, 4h, 6h, 8h, 12h or 24h",
  day: "1d",
  month: "31d, which stands for every month",
} as const;

/** As a contract writes it: `90m`, `3d`. */
function duration(seconds: number): string {
  if (seconds % day === 0) return `${seconds / day}d`;
  if (seconds % hour === 0) return `${seconds / hour}h`;
  return `${Math.ceil(seconds / 60)}m`;
}
