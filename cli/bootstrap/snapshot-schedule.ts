import {
  CreateSnapshotScheduleCommand,
  DescribeClustersCommand,
  DescribeSnapshotSchedulesCommand,
  ModifyClusterSnapshotScheduleCommand,
  ModifySnapshotScheduleCommand,
} from "@aws-sdk/client-redshift";
import { snapshotScheduleName } from "../../contract/layout.js";
import type { ProjectFile } from "../../contract/schema.js";
import { isServerless } from "../../contract/warehouse-file.js";
import type { Clients } from "../account/clients.js";
import { clusterOf } from "../warehouse/warehouse.js";

/** What bootstrap will do so that automated snapshots are taken when the project says; CloudFormation cannot (D1.11). */
export interface SchedulePlan {
  readonly cluster: string;
  readonly schedule: string;
  readonly definitions: readonly string[];
  readonly change: "create" | "modify" | "none";
  /** The schedule that the cluster has now, which it gives up for ours; undefined where it has ours. */
  readonly instead: { readonly of: string | undefined } | undefined;
}

/** @returns undefined where the project leaves the snapshots to others, and for Serverless, which has no schedules (D5.4). */
export async function planSnapshotSchedule(
  { redshift }: Pick<Clients, "redshift">,
  project: ProjectFile,
): Promise<SchedulePlan | undefined> {
  const cluster = clusterOf(project);
  const definitions = wanted(project);
  if (cluster === undefined || definitions === undefined) return undefined;
  const schedule = snapshotScheduleName(project.name);
  const [{ Clusters }, { SnapshotSchedules = [] }] = await Promise.all([
    redshift.send(new DescribeClustersCommand({ ClusterIdentifier: cluster })),
    redshift.send(new DescribeSnapshotSchedulesCommand({ ScheduleIdentifier: schedule })),
  ]);
  const had = SnapshotSchedules[0]?.ScheduleDefinitions;
  const isSame = [...(had ?? [])].sort().join("\n") === [...definitions].sort().join("\n");
  const present = Clusters?.[0]?.SnapshotScheduleIdentifier;
  return {
    cluster,
    schedule,
    definitions,
    change: had === undefined ? "create" : isSame ? "none" : "modify",
    instead: present === schedule ? undefined : { of: present },
  };
}

/** What is to be done, in sentences for a person; none when all is as it should be. */
export function describeSchedulePlan({ cluster, schedule, definitions, change, instead }: SchedulePlan): string[] {
  const text = definitions.join(", ");
  return [
    ...(change === "none" ? [] : [`${change} the snapshot schedule ${schedule}: ${text}`]),
    ...(instead === undefined
      ? []
      : [
          `attach ${schedule} to the cluster ${cluster}${instead.of === undefined ? "" : `, replacing ${instead.of}, which somebody else created`}`,
        ]),
  ];
}

export async function setSnapshotSchedule(
  { redshift }: Pick<Clients, "redshift">,
  { cluster, schedule, definitions, change, instead }: SchedulePlan,
): Promise<void> {
  const input = { ScheduleIdentifier: schedule, ScheduleDefinitions: [...definitions] };
  if (change === "create") {
    await redshift.send(
      new CreateSnapshotScheduleCommand({ ...input, ScheduleDescription: "Automated snapshots, as sluice.yaml says." }),
    );
  }
  if (change === "modify") await redshift.send(new ModifySnapshotScheduleCommand(input));
  if (instead !== undefined) {
    await redshift.send(
      new ModifyClusterSnapshotScheduleCommand({ ClusterIdentifier: cluster, ScheduleIdentifier: schedule }),
    );
  }
}

function wanted({ warehouse }: ProjectFile): readonly string[] | undefined {
  if ("create" in warehouse) return isServerless(warehouse.create) ? undefined : warehouse.create.snapshotSchedule;
  return "snapshotSchedule" in warehouse.existing ? warehouse.existing.snapshotSchedule : undefined;
}
