import { Construct } from "constructs";
import { noticeAbsence, read, readVersions, write } from "./bucket-permissions.js";
import { contractsFile } from "./contracts-file.js";
import type { Own, SourceFunctionsProps } from "./source-function-props.js";
import { startLoad } from "./start-load-function.js";
import { WorkFunction } from "./work-function.js";

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
    // What a load left behind whose rejected records are replayed.
    read(processed, "runs/*"),
    // Of what comes without a manifest it writes one.
    write(
      processed,
      "runs/*",
      ...(contracts.some(({ arrival }) => arrival.kind !== "manifest") ? ["manifests/*"] : []),
    ),
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

const planLoad = ({ names, processed, copyRoleArn, snapshotRetentionDays, replaces }: SourceFunctionsProps): Own => ({
  description: "Renders the SQL of a load from contract, report and the target as it is.",
  environment: {
    PROJECT: names.project,
    COPY_ROLE_ARN: copyRoleArn,
    SNAPSHOT_RETENTION_DAYS: String(snapshotRetentionDays),
    PROTECTION_REPLACES: JSON.stringify(replaces),
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
