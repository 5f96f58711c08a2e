import type { Contract } from "../../contract/contract.js";
import { pathOf } from "../../contract/deliveries.js";
import { partitionExample } from "../../contract/partition.js";
import { type BucketNames, executionArns, machineArn } from "../names.js";
import { noticeAbsence, readVersions, write } from "./bucket-permissions.js";
import { contractsFile } from "./contracts-file.js";
import type { Permission } from "./role.js";
import type { Own, SourceFunctionsProps } from "./source-function-props.js";

/** What start-load is and may do: more only for contracts whose keys do not say everything. */

const startLoadSeconds = 60;
/** Of a queue that it reads: as AWS asks, six times as long as the function may take. */
export const landedVisibilitySeconds = 6 * startLoadSeconds;
export const startLoadConcurrency = 10;

export const startLoad = ({ names, landing, processed, contracts, queueArn }: SourceFunctionsProps): Own => ({
  description: "Starts load-partition for every manifest, marker or file that begins a load.",
  environment: {
    STATE_MACHINE_ARN: machineArn(names, names.of("load-partition")),
    CONTRACTS: "contracts.json",
    ...(notesLateFiles(contracts) ? { PROCESSED_BUCKET: processed.name } : {}),
  },
  permissions: [
    { actions: ["states:StartExecution"], resources: [machineArn(names, names.of("load-partition"))] },
    { actions: ["states:DescribeExecution"], resources: [executionArns(names, names.of("load-partition"))] },
    // Lambda takes messages in the name of the role.
    ...(queueArn === undefined
      ? []
      : [{ actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], resources: [queueArn] }]),
    ...lookingForPartitions(landing, contracts),
    ...(notesLateFiles(contracts) ? [write(processed, "late/*"), ...processed.encrypting] : []),
  ],
  timeoutSeconds: startLoadSeconds,
  memoryMegabytes: 256,
  keepsFailedEvents: true,
  reservedConcurrency: startLoadConcurrency,
  bundled: { files: contractsFile(contracts) },
});

export const notesLateFiles = (contracts: readonly Contract[]) =>
  contracts.some((contract) => contract.arrival.kind === "quiet" && pathOf(contract).hasPartition);

/** Where keys do not say their partition: at the key's versions, in a marker's folder, in a manifest. */
function unknownPartitions(contracts: readonly Contract[]) {
  const own = contracts.filter(({ path, arrival }) => path !== null && arrival.kind !== "quiet");
  const byLanding = own.some((contract) => !pathOf(contract).hasPartition);
  const signs = own.filter((contract) => pathOf(contract).hasPartition && contract.arrival.kind !== "each_file");
  const byFiles = signs.filter((contract) => pathOf(contract).partitionOfFolder(exampleFolder(contract)) === undefined);
  const ofManifests = byFiles.some(({ arrival }) => arrival.kind === "manifest");
  return { byLanding, byFiles: byFiles.length > 0, ofManifests };
}

function lookingForPartitions(landing: BucketNames, contracts: readonly Contract[]): readonly Permission[] {
  const { byLanding, byFiles, ofManifests } = unknownPartitions(contracts);
  return [
    ...(byLanding ? [{ actions: ["s3:ListBucketVersions"], resources: [landing.arn] }] : []),
    ...(byFiles ? [noticeAbsence(landing)] : []),
    ...(ofManifests ? [readVersions(landing, "*"), ...landing.decrypting] : []),
  ];
}

/** The folder of a file of a partition, and so of its marker, by the contract's path. */
const exampleFolder = (contract: Contract) => pathOf(contract).prefixOf(partitionExample[contract.partition]);

export const looksForPartitions = (contracts: readonly Contract[]) =>
  Object.values(unknownPartitions(contracts)).includes(true);
