import { Construct } from "constructs";
import type { Contract } from "../../contract/contract.js";
import { pathOf } from "../../contract/deliveries.js";
import { partitionExample } from "../../contract/partition.js";
import type { Bundle } from "../bundle.js";
import { type BucketNames, executionArns, machineArn, type SourceNames } from "../names.js";
import { contractsFile } from "./contracts-file.js";
import type { Permission } from "./role.js";
import { WorkFunction, type WorkFunctionProps } from "./work-function.js";

export interface SourceFunctionsProps {
  readonly names: SourceNames;
  readonly bundle: Bundle;
  readonly landing: BucketNames;
  readonly processed: BucketNames;
  readonly contracts: readonly Contract[];
  readonly copyRoleArn: string;
  readonly snapshotRetentionDays: number;
}

type Own = Omit<WorkFunctionProps, "names" | "functionName" | "bundle" | "handler">;

/** The functions of a source; each may do what its handler does, and no more. */
export class SourceFunctions extends Construct {
  readonly startLoad: WorkFunction;

  constructor(scope: Construct, id: string, props: SourceFunctionsProps) {
    super(scope, id);
    const { names, bundle } = props;
    const make = (handler: string, own: Own) =>
      new WorkFunction(this, handler, { names, bundle, handler, functionName: names.of(handler), ...own });
    this.startLoad = make("start-load", startLoad(props));
    make("validate-manifest", validateManifest(props));
    make("check-report", checkReport(props));
    make("publish-parquet", publishParquet(props));
    make("plan-load", planLoad(props));
    make("record-refusal", recordRefusal(props));
  }
}

const read = (bucket: BucketNames, ...keys: readonly string[]): Permission => ({
  actions: ["s3:GetObject"],
  resources: keys.map((key) => bucket.keys(key)),
});

/** An execution's input may name a version, and the version that is validated is the one that is loaded. */
const readVersions = (bucket: BucketNames, ...keys: readonly string[]): Permission => ({
  actions: ["s3:GetObject", "s3:GetObjectVersion"],
  resources: keys.map((key) => bucket.keys(key)),
});

const write = (bucket: BucketNames, ...keys: readonly string[]): Permission => ({
  actions: ["s3:PutObject"],
  resources: keys.map((key) => bucket.keys(key)),
});

/** Without it S3 answers 403, not 404, for an object that is not there. */
const noticeAbsence = (bucket: BucketNames): Permission => ({ actions: ["s3:ListBucket"], resources: [bucket.arn] });

const startLoad = ({ names, landing, processed, contracts }: SourceFunctionsProps): Own => ({
  description: "Starts load-partition for every manifest, marker or file that begins a load.",
  environment: {
    STATE_MACHINE_ARN: machineArn(names, names.of("load-partition")),
    CONTRACTS: "contracts.json",
    ...(notesLateFiles(contracts) ? { PROCESSED_BUCKET: processed.name } : {}),
  },
  permissions: [
    { actions: ["states:StartExecution"], resources: [machineArn(names, names.of("load-partition"))] },
    { actions: ["states:DescribeExecution"], resources: [executionArns(names, names.of("load-partition"))] },
    ...lookingForPartitions(landing, contracts),
    ...(notesLateFiles(contracts) ? [write(processed, "late/*"), ...processed.encrypting] : []),
  ],
  timeoutSeconds: 60,
  memoryMegabytes: 256,
  keepsFailedEvents: true,
  reservedConcurrency: 10,
  bundled: { files: contractsFile(contracts) },
});

const notesLateFiles = (contracts: readonly Contract[]) =>
  contracts.some((contract) => contract.arrival.kind === "quiet" && pathOf(contract).hasPartition);

/** Where keys do not say their partition, it takes a look: at the key's versions, at a marker's folder, into a manifest. */
function lookingForPartitions(landing: BucketNames, contracts: readonly Contract[]): readonly Permission[] {
  const own = contracts.filter(({ path, arrival }) => path !== null && arrival.kind !== "quiet");
  const byLanding = own.some((contract) => !pathOf(contract).hasPartition);
  const signs = own.filter((contract) => pathOf(contract).hasPartition && contract.arrival.kind !== "each_file");
  const byFiles = signs.filter((contract) => pathOf(contract).partitionOfFolder(exampleFolder(contract)) === undefined);
  const ofManifests = byFiles.some(({ arrival }) => arrival.kind === "manifest");
  return [
    ...(byLanding ? [{ actions: ["s3:ListBucketVersions"], resources: [landing.arn] }] : []),
    ...(byFiles.length > 0 ? [noticeAbsence(landing)] : []),
    ...(ofManifests ? [readVersions(landing, "*"), ...landing.decrypting] : []),
  ];
}

/** The folder of a file of a partition, and so of its marker, by the contract's path. */
const exampleFolder = (contract: Contract) => pathOf(contract).prefixOf(partitionExample[contract.partition]);

const validateManifest = ({ names, landing, processed, contracts }: SourceFunctionsProps): Own => ({
  description: "Reads a manifest, looks at its files, pins the contract and writes batch.json.",
  environment: {
    LANDING_BUCKET: landing.name,
    PROCESSED_BUCKET: processed.name,
    SOURCE: names.source,
    CONTRACTS: "contracts.json",
  },
  permissions: [
    readVersions(landing, "*"),
    // The order of two revisions of one second is that of the version list.
    { actions: ["s3:ListBucket", "s3:ListBucketVersions"], resources: [landing.arn, processed.arn] },
    readVersions(processed, "manifests/*"),
    write(processed, "runs/*"),
    ...landing.decrypting,
    ...processed.decrypting,
    ...processed.encrypting,
  ],
  timeoutSeconds: 900,
  memoryMegabytes: 1024,
  bundled: {
    files: contractsFile(contracts),
    sql: true,
  },
});

const checkReport = ({ processed }: SourceFunctionsProps): Own => ({
  description: "Decides by the Glue job's report whether a batch may be loaded.",
  environment: {},
  permissions: [read(processed, "runs/*"), noticeAbsence(processed), ...processed.decrypting],
  timeoutSeconds: 60,
  memoryMegabytes: 512,
});

const publishParquet = ({ processed }: SourceFunctionsProps): Own => ({
  description: "Puts a batch's Parquet and rejected rows into the lake, in place of an earlier revision's.",
  environment: {},
  permissions: [
    read(processed, "runs/*", "data/*", "rejected/*"),
    write(processed, "data/*", "rejected/*"),
    { actions: ["s3:DeleteObject"], resources: [processed.keys("data/*"), processed.keys("rejected/*")] },
    noticeAbsence(processed),
    ...processed.decrypting,
    ...processed.encrypting,
  ],
  timeoutSeconds: 900,
  memoryMegabytes: 1024,
});

const planLoad = ({ names, processed, copyRoleArn, snapshotRetentionDays }: SourceFunctionsProps): Own => ({
  description: "Renders the SQL of a load from contract, report and the target as it is.",
  environment: {
    PROJECT: names.project,
    COPY_ROLE_ARN: copyRoleArn,
    SNAPSHOT_RETENTION_DAYS: String(snapshotRetentionDays),
  },
  permissions: [read(processed, "runs/*"), ...processed.decrypting],
  timeoutSeconds: 60,
  memoryMegabytes: 512,
  bundled: { sql: true },
});

const recordRefusal = ({ processed }: SourceFunctionsProps): Own => ({
  description: "Writes down why a batch was refused.",
  environment: { PROCESSED_BUCKET: processed.name },
  permissions: [write(processed, "runs/*", "refused/*"), ...processed.encrypting],
  timeoutSeconds: 60,
  memoryMegabytes: 256,
});
