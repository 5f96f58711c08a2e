import { AwsError, type Shape } from "../../call/call.js";
import { optionalBoolean, optionalText, optionalTexts, requiredText } from "../../call/input.js";
import type { ClusterBody } from "./cluster.js";
import type { ClusterState, Schedule } from "./cluster-state.js";
import { readTags } from "./snapshots.js";

function describe(schedule: Schedule): Shape {
  return {
    ScheduleIdentifier: schedule.identifier,
    ScheduleDefinitions: schedule.definitions,
    ...(schedule.description !== undefined && { ScheduleDescription: schedule.description }),
    Tags: schedule.tags,
    AssociatedClusterCount: schedule.clusters.length,
    AssociatedClusters: schedule.clusters.map((cluster) => ({
      ClusterIdentifier: cluster,
      ScheduleAssociationState: "ACTIVE",
    })),
  };
}

function find(state: ClusterState, identifier: string): Schedule {
  const schedule = state.schedules.find((each) => each.identifier === identifier);
  if (schedule === undefined)
    throw new AwsError("SnapshotScheduleNotFoundFault", `Snapshot schedule ${identifier} not found.`);
  return schedule;
}

/** `rate(8 hours)` from 1 to 24 hours, or a cron of three fields (D2.7). */
function checkDefinition(definition: string): void {
  const hours = /^rate\((\d+) hours?\)$/.exec(definition)?.[1];
  const isRate = hours !== undefined && Number(hours) >= 1 && Number(hours) <= 24;
  if (!isRate && !/^cron\(.+\)$/.test(definition))
    throw new AwsError("InvalidScheduleFault", `The schedule ${definition} is not valid.`);
}

/** @throws AwsError SnapshotScheduleAlreadyExistsFault, InvalidScheduleFault */
export function createSchedule(state: ClusterState, input: Shape): Shape {
  const identifier = requiredText(input, "ScheduleIdentifier");
  const definitions = [...optionalTexts(input, "ScheduleDefinitions")];
  if (definitions.length === 0) throw new AwsError("InvalidScheduleFault", "A schedule needs at least one definition.");
  definitions.forEach(checkDefinition);
  if (state.schedules.some((each) => each.identifier === identifier)) {
    throw new AwsError("SnapshotScheduleAlreadyExistsFault", `The snapshot schedule ${identifier} already exists.`);
  }
  const description = optionalText(input, "ScheduleDescription");
  const schedule: Schedule = {
    identifier,
    definitions,
    clusters: [],
    tags: readTags(input),
    ...(description !== undefined && { description }),
  };
  state.putSchedule(schedule);
  return describe(schedule);
}

export function modifySchedule(state: ClusterState, input: Shape): Shape {
  const schedule = find(state, requiredText(input, "ScheduleIdentifier"));
  const definitions = [...optionalTexts(input, "ScheduleDefinitions")];
  definitions.forEach(checkDefinition);
  const changed = { ...schedule, definitions };
  state.putSchedule(changed);
  return describe(changed);
}

/** A cluster has one schedule at most. */
export function associateSchedule(state: ClusterState, cluster: ClusterBody, input: Shape): Shape {
  const { identifier: name } = cluster.definition;
  const isRemoval = optionalBoolean(input, "DisassociateSchedule") ?? false;
  const wanted = isRemoval ? undefined : find(state, requiredText(input, "ScheduleIdentifier"));
  for (const each of state.schedules) {
    if (each.clusters.includes(name))
      state.putSchedule({ ...each, clusters: each.clusters.filter((other) => other !== name) });
  }
  if (wanted !== undefined) {
    const fresh = find(state, wanted.identifier);
    state.putSchedule({ ...fresh, clusters: [...fresh.clusters, name] });
  }
  return {};
}

export function describeSchedules(state: ClusterState, input: Shape): Shape {
  const identifier = optionalText(input, "ScheduleIdentifier");
  const cluster = optionalText(input, "ClusterIdentifier");
  const found = state.schedules.filter(
    (each) =>
      (identifier === undefined || each.identifier === identifier) &&
      (cluster === undefined || each.clusters.includes(cluster)),
  );
  return { SnapshotSchedules: found.map(describe) };
}

export function deleteSchedule(state: ClusterState, input: Shape): Shape {
  const schedule = find(state, requiredText(input, "ScheduleIdentifier"));
  if (schedule.clusters.length > 0)
    throw new AwsError("InvalidClusterSnapshotScheduleStateFault", "The schedule is associated with a cluster.");
  state.removeSchedule(schedule.identifier);
  return {};
}
