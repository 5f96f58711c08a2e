/**
 * Redshift Serverless in the form of the SDK's schemas, as far as the local account serves it; its client is not among
 * the dependencies. Numbers are types: 0 a string, 1 a number, 4 a time as seconds, 5 a time as text, 64 a list of strings.
 */
const space = "com.amazonaws.redshiftserverless";
const structure = (name: string, members: Readonly<Record<string, unknown>>) => [
  3,
  space,
  name,
  0,
  Object.keys(members),
  Object.values(members),
];
const operation = (name: string, input: unknown, output: unknown) => [9, space, name, 0, input, output];
const failure = (name: string, httpError: number) => [
  -3,
  space,
  name,
  { error: httpError < 500 ? "client" : "server", httpError },
  ["message"],
  [0],
];

const Snapshot = structure("Snapshot", {
  namespaceName: 0,
  namespaceArn: 0,
  snapshotName: 0,
  snapshotArn: 0,
  snapshotCreateTime: 5,
  adminUsername: 0,
  status: 0,
  ownerAccount: 0,
  snapshotRetentionPeriod: 1,
  snapshotRemainingDays: 1,
  estimatedSecondsToCompletion: 1,
});

export const REDSHIFT_SERVERLESS: Readonly<Record<string, readonly unknown[]>> = {
  CreateSnapshot$: operation(
    "CreateSnapshot",
    structure("CreateSnapshotRequest", { namespaceName: 0, snapshotName: 0, retentionPeriod: 1 }),
    structure("CreateSnapshotResponse", { snapshot: Snapshot }),
  ),
  GetSnapshot$: operation(
    "GetSnapshot",
    structure("GetSnapshotRequest", { snapshotName: 0, snapshotArn: 0 }),
    structure("GetSnapshotResponse", { snapshot: Snapshot }),
  ),
  ListSnapshots$: operation(
    "ListSnapshots",
    structure("ListSnapshotsRequest", { namespaceName: 0, startTime: 4, endTime: 4, maxResults: 1, nextToken: 0 }),
    structure("ListSnapshotsResponse", {
      snapshots: [1, space, "SnapshotList", 0, Snapshot],
      nextToken: 0,
    }),
  ),
  GetCredentials$: operation(
    "GetCredentials",
    structure("GetCredentialsRequest", { workgroupName: 0, dbName: 0 }),
    structure("GetCredentialsResponse", { dbUser: 0, dbPassword: 0, expiration: 4 }),
  ),
  ConflictException$: failure("ConflictException", 400),
  InternalServerException$: failure("InternalServerException", 500),
  ResourceNotFoundException$: failure("ResourceNotFoundException", 400),
  ServiceQuotaExceededException$: failure("ServiceQuotaExceededException", 400),
  ThrottlingException$: failure("ThrottlingException", 400),
  ValidationException$: failure("ValidationException", 400),
};
