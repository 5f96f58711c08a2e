import { createHash } from "node:crypto";
import { z } from "zod";
import { type Account, AwsError, isFileBody, type Shape } from "../../call/call.js";
import { type Column, PartitionInput, TableInput } from "../data-catalog/structures.js";
import type { CrawlerDefinition } from "./definition.js";
import { type CrawledObject, type CrawledPartition, type CrawledTable, isVisible, tablesOf } from "./layout.js";
import { parquetColumns } from "./parquet-columns.js";
import { mergeColumns, parquetStorage, tableInput } from "./table-input.js";

const Listing = z.object({
  Contents: z
    .array(
      z.object({
        Key: z.string(),
        Size: z.number().default(0),
        ETag: z.string().default(""),
        LastModified: z.date().optional(),
      }),
    )
    .default([]),
  NextContinuationToken: z.string().optional(),
});
const Tables = z.object({ TableList: z.array(TableInput), NextToken: z.string().optional() });
const Partitions = z.object({ Partitions: z.array(PartitionInput), NextToken: z.string().optional() });
const Failures = z.object({
  Errors: z.array(z.object({ ErrorDetail: z.object({ ErrorCode: z.string() }) })).default([]),
});

const PARTITIONS_A_CALL = 100;
const DELETIONS_A_CALL = 25;

/** One crawl: what lies under the crawler's targets becomes tables and partitions of its database. Every call is made as
 * the crawler's role. */
export class Crawl {
  readonly #account: Account;
  readonly #crawler: CrawlerDefinition;
  /** Columns by bucket, key and ETag: an object that has been read is not read again. */
  readonly #known: Map<string, readonly Column[]>;

  constructor(account: Account, crawler: CrawlerDefinition, known: Map<string, readonly Column[]>) {
    this.#account = account;
    this.#crawler = crawler;
    this.#known = known;
  }

  /** @throws AwsError of a call, and Error that names an object that cannot be crawled */
  async run(): Promise<void> {
    const database = this.#crawler.DatabaseName;
    const existing = await this.#pages("GetTables", { DatabaseName: database }, Tables, (answer) => answer.TableList);
    const found: CrawledTable[] = [];
    for (const target of this.#crawler.Targets.S3Targets) {
      const path = target.Path.slice("s3://".length).replace(/\/+$/, "");
      found.push(
        ...tablesOf(await this.#list(path), path, {
          tableLevel: this.#crawler.tableLevel,
          tablePrefix: this.#crawler.TablePrefix,
        }),
      );
    }
    for (const table of found) await this.#writeTable(table, existing);
    await this.#forgetTables(found, existing);
  }

  async #writeTable(crawled: CrawledTable, existing: readonly TableInput[]): Promise<void> {
    const same = existing.find((table) => table.StorageDescriptor?.Location === crawled.location);
    const isNameTaken = existing.some((table) => table.Name === crawled.name && table !== same);
    const hash = createHash("md5").update(crawled.location).digest("hex");
    const name = same?.Name ?? (isNameTaken ? `${crawled.name}_${hash}` : crawled.name);
    const columns = await this.#columns({ ...crawled, name });
    const DatabaseName = this.#crawler.DatabaseName;
    const made = tableInput({ ...crawled, name }, columns, this.#crawler.Name);
    const TableInput = same === undefined ? made : this.#updated(same, made);
    if (same === undefined) await this.#glue("CreateTable", { DatabaseName, TableInput });
    else if (this.#crawler.SchemaChangePolicy.UpdateBehavior === "UPDATE_IN_DATABASE" && !isEqual(same, TableInput))
      await this.#glue("UpdateTable", { DatabaseName, TableInput });
    if (crawled.partitionKeys.length > 0)
      await this.#writePartitions(name, crawled, TableInput.StorageDescriptor?.Columns ?? columns);
  }

  /** A table's own parameters and columns' comments stay. */
  #updated(same: TableInput, made: TableInput): TableInput {
    const former = same.StorageDescriptor?.Columns ?? [];
    const fresh = made.StorageDescriptor?.Columns ?? [];
    const columns = this.#crawler.mergesNewColumns
      ? mergeColumns([former, fresh])
      : fresh.map((column) => ({ ...former.find((one) => one.Name === column.Name), ...column }));
    return {
      ...same,
      ...made,
      PartitionKeys: same.PartitionKeys.length === made.PartitionKeys.length ? same.PartitionKeys : made.PartitionKeys,
      StorageDescriptor: { ...same.StorageDescriptor, ...made.StorageDescriptor, Columns: [...columns] },
      Parameters: { ...same.Parameters, ...made.Parameters },
    };
  }

  async #writePartitions(TableName: string, table: CrawledTable, columns: readonly Column[]): Promise<void> {
    const scope = { DatabaseName: this.#crawler.DatabaseName, TableName };
    const known = await this.#pages("GetPartitions", scope, Partitions, (answer) => answer.Partitions);
    const byValues = new Map(known.map((partition) => [JSON.stringify(partition.Values), partition]));
    const fresh: PartitionInput[] = [];
    for (const partition of table.partitions) {
      const former = byValues.get(JSON.stringify(partition.values));
      byValues.delete(JSON.stringify(partition.values));
      const input = await this.#partitionInput(partition, columns);
      if (former === undefined) fresh.push(input);
      else if (this.#crawler.SchemaChangePolicy.UpdateBehavior === "UPDATE_IN_DATABASE" && !isEqual(former, input))
        await this.#glue("UpdatePartition", { ...scope, PartitionValueList: input.Values, PartitionInput: input });
    }
    for (let at = 0; at < fresh.length; at += PARTITIONS_A_CALL) {
      const PartitionInputList = fresh.slice(at, at + PARTITIONS_A_CALL);
      const { Errors } = Failures.parse(await this.#glue("BatchCreatePartition", { ...scope, PartitionInputList }));
      const bad = Errors.find(({ ErrorDetail }) => ErrorDetail.ErrorCode !== "AlreadyExistsException");
      if (bad !== undefined) throw new Error(`a partition of ${TableName} was refused: ${bad.ErrorDetail.ErrorCode}`);
    }
    if (this.#crawler.SchemaChangePolicy.DeleteBehavior !== "DELETE_FROM_DATABASE") return;
    const gone = [...byValues.values()].map(({ Values }) => ({ Values }));
    for (let at = 0; at < gone.length; at += DELETIONS_A_CALL)
      await this.#glue("BatchDeletePartition", { ...scope, PartitionsToDelete: gone.slice(at, at + DELETIONS_A_CALL) });
  }

  /** Tables that this crawler made and whose folder has nothing left. */
  async #forgetTables(found: readonly CrawledTable[], existing: readonly TableInput[]): Promise<void> {
    const behaviour = this.#crawler.SchemaChangePolicy.DeleteBehavior;
    if (behaviour === "LOG") return;
    const DatabaseName = this.#crawler.DatabaseName;
    const gone = existing.filter(
      (table) =>
        table.Parameters.UPDATED_BY_CRAWLER === this.#crawler.Name &&
        !found.some((one) => one.location === table.StorageDescriptor?.Location),
    );
    for (const table of gone) {
      if (behaviour === "DELETE_FROM_DATABASE") await this.#glue("DeleteTable", { DatabaseName, Name: table.Name });
      else if (table.Parameters.DEPRECATED_BY_CRAWLER === undefined) {
        const Parameters = { ...table.Parameters, DEPRECATED_BY_CRAWLER: String(this.#account.clock.now()) };
        await this.#glue("UpdateTable", { DatabaseName, TableInput: { ...table, Parameters } });
      }
    }
  }

  async #partitionInput(partition: CrawledPartition, ofTable: readonly Column[]): Promise<PartitionInput> {
    const parameters = {
      classification: "parquet",
      objectCount: String(partition.objects.length),
      sizeKey: String(partition.objects.reduce((sum, object) => sum + object.size, 0)),
      typeOfData: "file",
    };
    const columns = this.#crawler.partitionsInheritFromTable ? ofTable : await this.#columnsOf(newest(partition));
    return {
      Values: [...partition.values],
      StorageDescriptor: parquetStorage(partition.location, columns, parameters),
      Parameters: parameters,
    };
  }

  /** One file a partition is looked at: the newest. */
  async #columns(table: CrawledTable): Promise<readonly Column[]> {
    const files = table.partitions.map(newest).sort((a, b) => b.lastModified - a.lastModified);
    const all: (readonly Column[])[] = [];
    for (const file of files) all.push(await this.#columnsOf(file));
    const keys = new Set(table.partitionKeys);
    return mergeColumns(all).filter((column) => !keys.has(column.Name));
  }

  async #columnsOf(object: CrawledObject): Promise<readonly Column[]> {
    const place = `${object.bucket}/${object.key} ${object.etag}`;
    const known = this.#known.get(place);
    if (known !== undefined) return known;
    const Body = await this.#body(object);
    // Removed since it was listed: a newer revision took its place, and the next crawl sees that.
    if (Body === undefined) return [];
    if (!isFileBody(Body)) throw new Error(`s3://${object.bucket}/${object.key} has no content`);
    try {
      const columns = await parquetColumns(Body);
      this.#known.set(place, columns);
      return columns;
    } catch (error) {
      throw new Error(
        `s3://${object.bucket}/${object.key}: the local crawler knows Parquet only, and this is none it can read (${error})`,
      );
    }
  }

  async #body(object: CrawledObject): Promise<unknown> {
    try {
      return (await this.#s3("GetObject", { Bucket: object.bucket, Key: object.key })).Body;
    } catch (error) {
      if (error instanceof AwsError && error.name === "NoSuchKey") return undefined;
      throw error;
    }
  }

  async #list(target: string): Promise<readonly CrawledObject[]> {
    const at = target.indexOf("/");
    const bucket = at < 0 ? target : target.slice(0, at);
    const Prefix = at < 0 ? "" : `${target.slice(at + 1)}/`;
    const objects: CrawledObject[] = [];
    let token: string | undefined;
    do {
      const ContinuationToken = token === undefined ? {} : { ContinuationToken: token };
      const answer = Listing.parse(await this.#s3("ListObjectsV2", { Bucket: bucket, Prefix, ...ContinuationToken }));
      for (const { Key, Size, ETag, LastModified } of answer.Contents)
        if (isVisible(Key.slice(Prefix.length)))
          objects.push({ bucket, key: Key, size: Size, etag: ETag, lastModified: LastModified?.getTime() ?? 0 });
      token = answer.NextContinuationToken;
    } while (token !== undefined);
    return objects;
  }

  async #pages<Answer extends { readonly NextToken?: string | undefined }, Item>(
    operation: string,
    input: Shape,
    schema: z.ZodType<Answer>,
    items: (answer: Answer) => readonly Item[],
  ): Promise<readonly Item[]> {
    const all: Item[] = [];
    let token: string | undefined;
    do {
      const answer = schema.parse(
        await this.#glue(operation, token === undefined ? input : { ...input, NextToken: token }),
      );
      all.push(...items(answer));
      token = answer.NextToken;
    } while (token !== undefined);
    return all;
  }

  #s3(operation: string, input: Shape): Promise<Shape> {
    return this.#account.call({ service: "s3", operation, input, principal: this.#principal() });
  }

  #glue(operation: string, input: Shape): Promise<Shape> {
    return this.#account.call({ service: "glue", operation, input, principal: this.#principal() });
  }

  #principal() {
    const { region, accountId } = this.#account;
    const sourceArn = `arn:aws:glue:${region}:${accountId}:crawler/${this.#crawler.Name}`;
    return this.#account.rolePrincipal(this.#crawler.roleArn, { service: "glue", sourceArn });
  }
}

function newest(partition: CrawledPartition): CrawledObject {
  return partition.objects.reduce((a, b) => (b.lastModified > a.lastModified ? b : a));
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** The same value with the members of every object in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
