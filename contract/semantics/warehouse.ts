import { parseCron } from "schedule-expressions";
import { type Finding, findingAt, type Located } from "../finding.js";
import type { DatasetFile, ProjectFile } from "../schema.js";
import {
  type CreatedCluster,
  type CreatedWorkgroup,
  isServerless,
  nodeCounts,
  type WarehouseFile,
} from "../warehouse-file.js";

const minutesADay = 24 * 60;
const minutesAWeek = 7 * minutesADay;
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const leastWindow = 30;
const longestWindow = minutesADay;

/** What is wrong with `warehouse:` beyond its shape, and with it beside `deployment:`. */
export function warehouseFindings(
  { warehouse, deployment }: Pick<ProjectFile, "warehouse" | "deployment">,
  located: Located,
): Finding[] {
  if ("existing" in warehouse) return [];
  const { create } = warehouse;
  return isServerless(create)
    ? workgroupFindings(create, located)
    : clusterFindings(create, deployment.kms !== undefined, located);
}

/** Redshift Serverless asks for two zones, and for three with enhanced VPC routing
 * (https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-usage-considerations.html). */
function workgroupFindings({ serverless, network, enhancedVpcRouting }: CreatedWorkgroup, located: Located): Finding[] {
  const findings: Finding[] = [];
  const { baseCapacity, maxCapacity = baseCapacity } = serverless;
  if (maxCapacity < baseCapacity) {
    findings.push(
      findingAt(located, ["warehouse", "create", "serverless", "maxCapacity"], {
        found: `a maxCapacity of ${maxCapacity} RPUs below the baseCapacity of ${baseCapacity}`,
        expected: "at least the baseCapacity",
        remedy: "Write a greater maxCapacity, or a smaller baseCapacity.",
      }),
    );
  }
  const least = enhancedVpcRouting ? 3 : 2;
  if (network !== undefined && network.subnetIds.length < least) {
    findings.push(
      findingAt(located, ["warehouse", "create", "network", "subnetIds"], {
        found: `${network.subnetIds.length} subnet(s) for a workgroup of Serverless`,
        expected: `at least ${least} in different zones${enhancedVpcRouting ? ", since enhancedVpcRouting is true" : ""}`,
        remedy: "Add subnets in other availability zones.",
      }),
    );
  }
  return findings;
}

function clusterFindings(create: CreatedCluster, hasKey: boolean, located: Located): Finding[] {
  const findings: Finding[] = [];
  const { nodeType, nodes, maintenanceWindow, multiAz, snapshotCopy } = create;
  if (multiAz && (nodes < 2 || !nodeType.startsWith("ra3"))) {
    findings.push(
      findingAt(located, ["warehouse", "create", "multiAz"], {
        found: `multiAz with ${nodes} node(s) of ${nodeType}`,
        expected: "at least two nodes of an RA3 type",
        remedy: "Write another nodeType and number of nodes, or remove multiAz.",
      }),
    );
  }
  if (snapshotCopy !== undefined && hasKey && snapshotCopy.grant === undefined) {
    findings.push(
      findingAt(located, ["warehouse", "create", "snapshotCopy"], {
        found: "snapshotCopy without a grant, although the cluster has its own KMS key",
        expected: "the name of a snapshot copy grant in the other region, which lets Redshift use a key there",
        remedy: "Create one with `aws redshift create-snapshot-copy-grant`, and write its name in snapshotCopy.grant.",
      }),
    );
  }
  const [least, most] = nodeCounts[nodeType];
  if (nodes < least || nodes > most) {
    findings.push(
      findingAt(located, ["warehouse", "create", "nodes"], {
        found: `${nodes} node(s) of ${nodeType}`,
        expected: `${least} to ${most} nodes of that type`,
        remedy: "Write another number of nodes, or another nodeType.",
      }),
    );
  }
  const { length } = windowOf(maintenanceWindow);
  if (length < leastWindow || length > longestWindow) {
    findings.push(
      findingAt(located, ["warehouse", "create", "maintenanceWindow"], {
        found: `a window of ${length} minutes`,
        expected: `${leastWindow} minutes to a day`,
        remedy: "Write its end after its start, such as sun:03:00-sun:04:00.",
      }),
    );
  }
  return findings;
}

/**
 * A schedule that starts loads while the cluster is in maintenance, which drops what runs (D1.7). Said only where another
 * window, or another schedule, helps: a load of every hour meets every window, and the next run takes up what it missed.
 */
export function maintenanceFindings(
  { schedule }: Pick<DatasetFile, "schedule">,
  located: Located,
  warehouse: WarehouseFile | undefined,
): Finding[] {
  // Serverless has no window.
  if (schedule === undefined || warehouse === undefined || !("create" in warehouse)) return [];
  if (isServerless(warehouse.create)) return [];
  const window = windowOf(warehouse.create.maintenanceWindow);
  const times = minutesOfWeek(schedule.cron, schedule.timezone);
  if (times === undefined || window.length > longestWindow) return [];
  const meets = (start: number) => times.some((time) => (time - start + minutesAWeek) % minutesAWeek < window.length);
  if (!meets(window.start)) return [];
  const hours = Array.from({ length: minutesAWeek / 60 }, (_, hour) => (window.start + hour * 60) % minutesAWeek);
  const free = hours.find((start) => !meets(start));
  if (free === undefined) return [];
  return [
    findingAt(located, ["schedule", "cron"], {
      found: `'${schedule.cron}' (${schedule.timezone}), which starts loads in the warehouse's maintenance window ${warehouse.create.maintenanceWindow} UTC`,
      expected: "loads outside the window, since maintenance cancels running statements",
      remedy: `Move the schedule, or write 'maintenanceWindow: "${textOf(free)}-${textOf((free + window.length) % minutesAWeek)}"' in sluice.yaml.`,
      severity: "warning",
    }),
  ];
}

/** Minutes from Sunday 00:00 UTC. */
function windowOf(text: string): { readonly start: number; readonly length: number } {
  const [start = 0, end = 0] = text.split("-").map((part) => {
    const [day = "", hours, minutes] = part.split(":");
    return days.indexOf(day) * minutesADay + Number(hours) * 60 + Number(minutes);
  });
  return { start, length: (end - start + minutesAWeek) % minutesAWeek };
}

/** When a schedule starts loads, in minutes from Sunday 00:00 UTC, in summer and in winter. */
function minutesOfWeek(text: string, timezone: string): readonly number[] | undefined {
  const cron = parseCron(text);
  const offsets = offsetsOf(timezone);
  if (typeof cron === "string" || offsets === undefined) return undefined;
  return offsets.flatMap((offset) =>
    cron.weekdays.flatMap((day) =>
      cron.minutesOfDay.map((minute) => (day * minutesADay + minute - offset + minutesAWeek) % minutesAWeek),
    ),
  );
}

/** Minutes that a zone is ahead of UTC, in January and in July; undefined for what is no zone. */
function offsetsOf(timeZone: string): readonly number[] | undefined {
  try {
    const format = new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "short", timeStyle: "short" });
    const offsets = [0, 6].map((month) => {
      const noon = Date.UTC(2026, month, 15, 12);
      const [, day, hours, minutes] = /^(\d+)\/.*, (\d+):(\d+)/.exec(format.format(noon)) ?? [];
      return (Number(day) - 15) * minutesADay + (Number(hours) - 12) * 60 + Number(minutes);
    });
    return [...new Set(offsets)];
  } catch {
    return undefined;
  }
}

function textOf(minute: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor((minute % minutesADay) / 60), minute % 60];
  return `${days[Math.floor(minute / minutesADay)]}:${two(hours)}:${two(minutes)}`;
}
