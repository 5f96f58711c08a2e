import {
  BatchCreatePartitionCommand,
  BatchUpdatePartitionCommand,
  type Partition,
  type PartitionError,
  type PartitionInput,
  paginateGetPartitions,
  StartCrawlerCommand,
  type StorageDescriptor,
  type Table,
} from "@aws-sdk/client-glue";
import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import type { Contract } from "../../contract/contract.js";
import { glueDatabase, projectResource } from "../../contract/layout.js";
import type { Clients } from "../account/clients.js";
import type { Deployment } from "../account/deployment.js";
import { CommandFailed } from "../output/exit-codes.js";
import { findTable, isNamed, type TableName } from "./hand-over.js";

type Lake = Pick<Clients, "glue" | "s3">;

/** What the Data Catalog lacks of a dataset whose partitions are registered. */
export interface PartitionWork extends TableName {
  /** Folders of batches that no partition shows. */
  readonly missing: readonly PartitionInput[];
  /** Partitions with other columns or another format than the table, which follows the contract. */
  readonly outdated: readonly PartitionInput[];
}

export interface CatalogueWork {
  readonly partitions: readonly PartitionWork[];
  /** Crawlers of datasets that have files and no table: the table of a deployment before went with it. */
  readonly crawlers: readonly string[];
}

/** Compares what is published with what the Data Catalog shows. Changes nothing. */
export async function planCatalogue(
  clients: Lake,
  contracts: readonly Contract[],
  { project, bucket }: Pick<Deployment, "project" | "bucket">,
): Promise<CatalogueWork> {
  const partitions: PartitionWork[] = [];
  const crawlers = new Set<string>();
  for (const { dataset: name, source, catalogue } of contracts) {
    const at = { database: glueDatabase(project, source), name };
    const table = await findTable(clients, at);
    if (catalogue === "crawler" && table !== undefined) continue;
    const folders = await batchFolders(clients, bucket(source, "processed"), name);
    if (folders.length === 0) continue;
    if (catalogue === "crawler") crawlers.add(projectResource(project.name, source));
    else if (table !== undefined) partitions.push({ ...at, ...(await compare(clients, at, table, folders)) });
  }
  return {
    partitions: partitions.filter(({ missing, outdated }) => missing.length + outdated.length > 0),
    crawlers: [...crawlers],
  };
}

/** In sentences for a person. */
export const describeCatalogue = ({ partitions, crawlers }: CatalogueWork): readonly string[] => [
  ...partitions.map(({ database, name, missing, outdated }) => {
    const parts = [
      ...(missing.length > 0 ? [`register ${missing.length} partition(s) of published batches`] : []),
      ...(outdated.length > 0 ? [`update the columns of ${outdated.length} partition(s) to the contract's`] : []),
    ];
    return `${database}.${name}: ${parts.join(", ")}`;
  }),
  ...crawlers.map((name) => `start the crawler ${name}: a dataset has files but no table`),
];

/** Does what was planned; may be repeated. @throws CommandFailed that names the first partition that Glue refused */
export async function settleCatalogue({ glue }: Pick<Clients, "glue">, work: CatalogueWork): Promise<void> {
  for (const { database: DatabaseName, name: TableName, missing, outdated } of work.partitions) {
    for (const PartitionInputList of hundreds(missing)) {
      const { Errors = [] } = await glue.send(
        new BatchCreatePartitionCommand({ DatabaseName, TableName, PartitionInputList }),
      );
      // A load may have registered it meanwhile.
      refuse(
        TableName,
        Errors.filter(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== "AlreadyExistsException"),
      );
    }
    for (const inputs of hundreds(outdated)) {
      const Entries = inputs.map((PartitionInput) => ({
        PartitionValueList: PartitionInput.Values ?? [],
        PartitionInput,
      }));
      const { Errors = [] } = await glue.send(new BatchUpdatePartitionCommand({ DatabaseName, TableName, Entries }));
      refuse(
        TableName,
        Errors.map(({ PartitionValueList, ErrorDetail }) => ({ PartitionValues: PartitionValueList, ErrorDetail })),
      );
    }
  }
  for (const Name of work.crawlers) {
    try {
      await glue.send(new StartCrawlerCommand({ Name }));
    } catch (error) {
      if (!isNamed(error, "CrawlerRunningException")) throw error;
    }
  }
}

function refuse(table: string, [error]: readonly PartitionError[]): void {
  if (error === undefined) return;
  const { ErrorCode, ErrorMessage } = error.ErrorDetail ?? {};
  throw new CommandFailed(
    `The partition ${(error.PartitionValues ?? []).join("/")} of ${table} could not be registered: ${ErrorCode}: ${ErrorMessage}. Earlier steps are kept. Fix the cause and run it again.`,
  );
}

/** The most that Glue takes at once. */
const most = 100;

function hundreds<Item>(items: readonly Item[]): readonly Item[][] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, at) => items.slice(at * most, (at + 1) * most));
}

/** A folder of a batch: its URI, and its keys and values. */
interface Folder {
  readonly location: string;
  readonly values: ReadonlyMap<string, string>;
}

/** The folders under a dataset's that hold files which readers of the lake see. */
async function batchFolders({ s3 }: Lake, Bucket: string, dataset: string): Promise<readonly Folder[]> {
  const prefix = `data/${dataset}/`;
  const found = new Map<string, Folder>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: prefix })) {
    for (const { Key = "" } of Contents) {
      const steps = Key.slice(prefix.length).split("/");
      const file = steps.pop() ?? "";
      const folder = steps.join("/");
      if (file === "" || file.startsWith("_") || found.has(folder)) continue;
      found.set(folder, {
        location: `s3://${Bucket}/${prefix}${folder}/`,
        values: new Map(steps.map((step) => [step.split("=")[0] ?? "", step.slice(step.indexOf("=") + 1)] as const)),
      });
    }
  }
  return [...found.values()];
}

async function compare(
  { glue }: Lake,
  { database, name }: TableName,
  { PartitionKeys = [], StorageDescriptor: storage = {} }: Table,
  folders: readonly Folder[],
): Promise<Pick<PartitionWork, "missing" | "outdated">> {
  const known = new Map<string, Partition>();
  for await (const { Partitions = [] } of paginateGetPartitions(
    { client: glue },
    { DatabaseName: database, TableName: name },
  )) {
    for (const partition of Partitions) known.set(JSON.stringify(partition.Values), partition);
  }
  const inputOf = (Values: string[], Location: string | undefined): PartitionInput => ({
    Values,
    StorageDescriptor: { ...storage, Location },
  });
  const missing = folders.flatMap(({ location, values }) => {
    const own = PartitionKeys.map(({ Name = "" }) => values.get(Name));
    // Folders of a layout before, by another unit of time, are no partitions of this table.
    const isWhole = own.length === values.size && own.every((value) => value !== undefined);
    const Values = own.map(String);
    return isWhole && !known.has(JSON.stringify(Values)) ? [inputOf(Values, location)] : [];
  });
  const outdated = [...known.values()].flatMap(({ Values = [], StorageDescriptor: own = {} }) =>
    formOf(own) === formOf(storage) ? [] : [inputOf(Values, own.Location)],
  );
  return { missing, outdated };
}

/** What decides how a partition's files are read. */
const formOf = ({ Columns = [], InputFormat, SerdeInfo }: StorageDescriptor): string =>
  JSON.stringify([Columns.map(({ Name, Type }) => [Name, Type]), InputFormat, SerdeInfo?.SerializationLibrary]);
