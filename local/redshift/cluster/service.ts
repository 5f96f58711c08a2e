import path from "node:path";
import {
  type Account,
  AwsError,
  type CallContext,
  type Operation,
  type ServiceBody,
  type Shape,
} from "../../call/call.js";
import { optionalText, requiredText } from "../../call/input.js";
import type { ClusterBody } from "./cluster.js";
import { ClusterState } from "./cluster-state.js";
import {
  associateSchedule,
  createSchedule,
  deleteSchedule,
  describeSchedules,
  modifySchedule,
} from "./snapshot-schedules.js";
import { createSnapshot, describeSnapshots } from "./snapshots.js";

export type ClusterAccount = Pick<Account, "clock" | "region" | "accountId" | "stateFolder" | "resourcesOf">;

const CREDENTIALS_MS = 900_000;

function notFound(identifier: string): AwsError {
  return new AwsError("ClusterNotFoundFault", `Cluster ${identifier} not found.`, { statusCode: 404 });
}

/** Amazon Redshift's own API: clusters of the templates, their snapshots and schedules, credentials (D). */
export function createClusterService(account: ClusterAccount, clusters: ReadonlyMap<string, ClusterBody>): ServiceBody {
  const state = new ClusterState(path.join(account.stateFolder, "clusters.json"));
  const find = (input: Shape): ClusterBody => {
    const identifier = requiredText(input, "ClusterIdentifier").toLowerCase();
    const cluster = clusters.get(identifier);
    if (cluster === undefined) throw notFound(identifier);
    return cluster;
  };
  for (const cluster of clusters.values())
    cluster.setStatus(state.isPaused(cluster.definition.identifier) ? "paused" : "available");
  const pause =
    (isPaused: boolean): Operation =>
    async (input) => {
      const cluster = find(input);
      const wanted = isPaused ? "paused" : "available";
      if (cluster.status === wanted)
        throw new AwsError(
          "InvalidClusterStateFault",
          `Cluster ${cluster.definition.identifier} is already ${wanted}.`,
        );
      cluster.setStatus(wanted);
      state.setPaused(cluster.definition.identifier, isPaused);
      return { Cluster: describeCluster(cluster, account, state) };
    };
  return {
    service: "redshift",
    operations: {
      DescribeClusters: async (input) => {
        const chosen = optionalText(input, "ClusterIdentifier") === undefined ? [...clusters.values()] : [find(input)];
        return { Clusters: chosen.map((cluster) => describeCluster(cluster, account, state)) };
      },
      PauseCluster: pause(true),
      ResumeCluster: pause(false),
      CreateClusterSnapshot: async (input) => createSnapshot(state, find(input), input, account),
      DescribeClusterSnapshots: async (input) => describeSnapshots(state, (name) => clusters.get(name), input, account),
      CreateSnapshotSchedule: async (input) => createSchedule(state, input),
      ModifySnapshotSchedule: async (input) => modifySchedule(state, input),
      ModifyClusterSnapshotSchedule: async (input) => associateSchedule(state, find(input), input),
      DescribeSnapshotSchedules: async (input) => describeSchedules(state, input),
      DeleteSnapshotSchedule: async (input) => deleteSchedule(state, input),
      GetClusterCredentials: async (input) => {
        find(input);
        return credentials(requiredText(input, "DbUser"), account);
      },
      GetClusterCredentialsWithIAM: async (input, context) => {
        find(input);
        return credentials(iamUser(context), account);
      },
    },
    async stop() {
      await Promise.all([...clusters.values()].map((cluster) => cluster.stop()));
    },
  };
}

/** `IAMR:<role>`, `IAM:<user>` (B6.3). */
export function iamUser({ principal }: CallContext): string {
  const name = principal.arn.split(/[/:]/).at(-1) ?? "";
  return principal.kind === "role" ? `IAMR:${name}` : `IAM:${name}`;
}

function credentials(user: string, account: Pick<Account, "clock">): Shape {
  // The Data API asks for these to learn whether its caller may; nothing else in the local account takes a password.
  return {
    DbUser: user,
    DbPassword: "not used in the local account",
    Expiration: new Date(account.clock.now() + CREDENTIALS_MS),
  };
}

function describeCluster(cluster: ClusterBody, account: ClusterAccount, state: ClusterState): Shape {
  const { definition } = cluster;
  const resource = account.resourcesOf("AWS::Redshift::Cluster").find((each) => each.ref === definition.identifier);
  const schedule = state.schedules.find((each) => each.clusters.includes(definition.identifier));
  const property = (name: string): unknown => resource?.properties[name];
  return {
    ClusterIdentifier: definition.identifier,
    ClusterStatus: cluster.status,
    ClusterAvailabilityStatus: cluster.status === "available" ? "Available" : "Unavailable",
    DBName: definition.database,
    MasterUsername: definition.masterUser,
    NodeType: property("NodeType"),
    NumberOfNodes: Number(property("NumberOfNodes") ?? 1),
    Endpoint: {
      Address: resource?.attributes["Endpoint.Address"],
      Port: Number(resource?.attributes["Endpoint.Port"] ?? 5439),
    },
    Encrypted: true,
    IamRoles: definition.roles.map((role) => ({ IamRoleArn: role, ApplyStatus: "in-sync" })),
    ...(definition.defaultRole !== undefined && { DefaultIamRoleArn: definition.defaultRole }),
    ...(definition.masterSecretArn !== undefined && { MasterPasswordSecretArn: definition.masterSecretArn }),
    ...(resource?.attributes.ClusterNamespaceArn !== undefined && {
      ClusterNamespaceArn: resource.attributes.ClusterNamespaceArn,
    }),
    ...(schedule !== undefined && { SnapshotScheduleIdentifier: schedule.identifier, SnapshotScheduleState: "ACTIVE" }),
  };
}
