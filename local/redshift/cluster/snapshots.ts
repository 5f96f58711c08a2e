import { type Account, AwsError, type Shape } from "../../call/call.js";
import { awaited } from "../../call/clock.js";
import { optionalDate, optionalNumber, optionalShapes, optionalText, requiredText } from "../../call/input.js";
import type { ClusterBody } from "./cluster.js";
import type { ClusterState, Snapshot } from "./cluster-state.js";

/** How long a snapshot is `creating`. */
const CREATING_MS = 30_000;
const MAX_MANUAL = 700;
const MAX_IDENTIFIER = 255;
const FOREVER = -1;
const MAX_DAYS = 3653;
const MS_A_DAY = 24 * 3600 * 1000;

/** 1 to 255 letters, digits or hyphens; a letter first, no hyphen last, no two together (D2.2). */
function checkIdentifier(identifier: string): void {
  const isGood = /^[A-Za-z][A-Za-z0-9-]*$/.test(identifier) && !identifier.endsWith("-") && !identifier.includes("--");
  if (!isGood || identifier.length > MAX_IDENTIFIER) {
    throw new AwsError(
      "InvalidParameterValue",
      "Invalid snapshot identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
    );
  }
}

export function readTags(input: Shape): { Key: string; Value: string }[] {
  return optionalShapes(input, "Tags").map((tag) => ({ Key: String(tag.Key ?? ""), Value: String(tag.Value ?? "") }));
}

/** @throws AwsError ClusterSnapshotAlreadyExistsFault, InvalidClusterStateFault, InvalidRetentionPeriodFault, ClusterSnapshotQuotaExceededFault (D2) */
export function createSnapshot(
  state: ClusterState,
  cluster: ClusterBody,
  input: Shape,
  account: Pick<Account, "clock" | "region" | "accountId">,
): Shape {
  const identifier = requiredText(input, "SnapshotIdentifier").toLowerCase();
  checkIdentifier(identifier);
  const retentionDays = optionalNumber(input, "ManualSnapshotRetentionPeriod") ?? FOREVER;
  if (
    retentionDays !== FOREVER &&
    (retentionDays < 1 || retentionDays > MAX_DAYS || !Number.isInteger(retentionDays))
  ) {
    throw new AwsError(
      "InvalidRetentionPeriodFault",
      `The manual snapshot retention period must be -1 or between 1 and ${MAX_DAYS}.`,
    );
  }
  if (state.snapshots.some((each) => each.identifier === identifier)) {
    throw new AwsError(
      "ClusterSnapshotAlreadyExistsFault",
      `Cannot create the snapshot because a snapshot with the identifier ${identifier} already exists.`,
    );
  }
  if (cluster.status !== "available") {
    throw new AwsError(
      "InvalidClusterStateFault",
      `There is an operation running on the Cluster or it is not available: it is ${cluster.status}.`,
    );
  }
  if (state.snapshots.length >= MAX_MANUAL) {
    throw new AwsError(
      "ClusterSnapshotQuotaExceededFault",
      "The request would result in the user exceeding the allowed number of cluster snapshots.",
    );
  }
  const snapshot: Snapshot = {
    identifier,
    cluster: cluster.definition.identifier,
    createdAt: account.clock.now(),
    retentionDays,
    tags: readTags(input),
  };
  state.addSnapshot(snapshot);
  return { Snapshot: describe(snapshot, cluster, account) };
}

function describe(
  snapshot: Snapshot,
  cluster: ClusterBody,
  account: Pick<Account, "clock" | "region" | "accountId">,
): Shape {
  const now = account.clock.now();
  const madeAt = snapshot.createdAt + awaited(account.clock, CREATING_MS);
  const isMade = now >= madeAt;
  const left = Math.max(0, snapshot.retentionDays - Math.floor((now - snapshot.createdAt) / MS_A_DAY));
  return {
    SnapshotIdentifier: snapshot.identifier,
    ClusterIdentifier: snapshot.cluster,
    SnapshotCreateTime: new Date(snapshot.createdAt),
    Status: isMade ? "available" : "creating",
    SnapshotType: "manual",
    MasterUsername: cluster.definition.masterUser,
    DBName: cluster.definition.database,
    Encrypted: true,
    OwnerAccount: account.accountId,
    ManualSnapshotRetentionPeriod: snapshot.retentionDays,
    ...(snapshot.retentionDays !== FOREVER && { ManualSnapshotRemainingDays: left }),
    EstimatedSecondsToCompletion: isMade ? 0 : Math.ceil((madeAt - now) / 1000),
    Tags: snapshot.tags,
    SnapshotArn: `arn:aws:redshift:${account.region}:${account.accountId}:snapshot:${snapshot.cluster}/${snapshot.identifier}`,
  };
}

/** Snapshots whose time is over are gone. @throws AwsError ClusterSnapshotNotFoundFault */
export function describeSnapshots(
  state: ClusterState,
  cluster: (identifier: string) => ClusterBody | undefined,
  input: Shape,
  account: Pick<Account, "clock" | "region" | "accountId">,
): Shape {
  const now = account.clock.now();
  for (const each of state.snapshots) {
    if (each.retentionDays !== FOREVER && each.createdAt + each.retentionDays * MS_A_DAY < now)
      state.removeSnapshot(each.identifier);
  }
  const identifier = optionalText(input, "SnapshotIdentifier")?.toLowerCase();
  const owner = optionalText(input, "ClusterIdentifier");
  const [from, to] = [optionalDate(input, "StartTime")?.getTime(), optionalDate(input, "EndTime")?.getTime()];
  // All that are taken here are manual.
  const isOtherType = (optionalText(input, "SnapshotType") ?? "manual") !== "manual";
  const found = inOrder(state.snapshots, input).filter(
    (each) =>
      !isOtherType &&
      (identifier === undefined || each.identifier === identifier) &&
      (owner === undefined || each.cluster === owner) &&
      (from === undefined || each.createdAt >= from) &&
      (to === undefined || each.createdAt <= to),
  );
  if (identifier !== undefined && found.length === 0)
    throw new AwsError("ClusterSnapshotNotFoundFault", `Snapshot ${identifier} not found.`, { statusCode: 404 });
  const snapshots = found.flatMap((each) => {
    const body = cluster(each.cluster);
    return body === undefined ? [] : [describe(each, body, account)];
  });
  return pageOf(snapshots, input);
}

/** By time of creation where that is asked for. @throws AwsError InvalidParameterValue */
function inOrder(snapshots: readonly Snapshot[], input: Shape): readonly Snapshot[] {
  const [sorting, ...more] = optionalShapes(input, "SortingEntities");
  if (sorting === undefined) return snapshots;
  if (more.length > 0 || sorting.Attribute !== "CREATE_TIME") {
    throw new AwsError("InvalidParameterValue", "Snapshots are sorted by CREATE_TIME alone in the local account.");
  }
  const sign = sorting.SortOrder === "DESC" ? -1 : 1;
  return [...snapshots].sort((a, b) => sign * (a.createdAt - b.createdAt));
}

/** 20 to 100 at a time, 100 unless told. The marker is the number of those that came before. */
function pageOf(snapshots: readonly Shape[], input: Shape): Shape {
  const size = optionalNumber(input, "MaxRecords") ?? 100;
  if (size < 20 || size > 100) {
    throw new AwsError("InvalidParameterValue", "MaxRecords must be between 20 and 100.");
  }
  const from = Number(optionalText(input, "Marker") ?? 0);
  if (!Number.isInteger(from) || from < 0) throw new AwsError("InvalidParameterValue", "The marker is not valid.");
  const isMore = from + size < snapshots.length;
  return { Snapshots: snapshots.slice(from, from + size), ...(isMore && { Marker: String(from + size) }) };
}
