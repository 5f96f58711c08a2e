import { createHash } from "node:crypto";
import { z } from "zod";
import { type Account, AwsError } from "../../call/call.js";
import { alreadyExists, entityNotFound, parseProperties } from "../parse-input.js";
import type { CatalogueStore } from "./store.js";
import {
  DatabaseInput,
  type PartitionInput,
  type StoredPartition,
  type StoredTable,
  TableInput,
} from "./structures.js";

const DatabaseProperties = z.object({ DatabaseInput: DatabaseInput.partial({ Name: true }) });
const TableProperties = z.object({ DatabaseName: z.string(), TableInput: TableInput });

/** CloudFormation cannot create a table that is there, whoever made it: the stack rolls back, so the account does not open. */
export class DeploymentFailed extends Error {
  override readonly name = "DeploymentFailed";

  constructor(database: string, { input, createdBy }: StoredTable) {
    super(
      `CREATE_FAILED AWS::Glue::Table ${input.Name}: AlreadyExistsException: Table already exists (in ${database}, made by ${createdBy}). ` +
        "CloudFormation takes over no table that it did not create: delete the table first, then deploy.",
    );
  }
}

/** The account's Data Catalog: the databases of the templates, their tables, and what crawlers and callers add. */
export class Catalogue {
  readonly #account: Account;
  readonly #store: CatalogueStore;

  constructor(account: Account, store: CatalogueStore) {
    this.#account = account;
    this.#store = store;
  }

  /** Makes the tables that the templates declare, and removes those that they no longer do, as CloudFormation would. A
   * table stays as crawlers and callers have changed it until its declaration changes.
   * @throws DeploymentFailed for a table that somebody else has made (facts J4.3) */
  declareTables(): void {
    const declarations = new Set<string>();
    for (const resource of this.#account.resourcesOf("AWS::Glue::Table")) {
      const { DatabaseName, TableInput: input } = parseProperties(TableProperties, resource);
      const database = DatabaseName.toLowerCase();
      const declared = createHash("sha256").update(JSON.stringify(input)).digest("hex");
      const known = this.#store.table(database, input.Name.toLowerCase());
      declarations.add(`${database}.${input.Name.toLowerCase()}`);
      if (known?.declared === null) throw new DeploymentFailed(database, known);
      if (known?.declared !== declared) this.#write(database, input, { known, declared, createdBy: "cloudformation" });
    }
    for (const { Name } of this.databases()) {
      for (const { input, declared } of this.#store.tables(Name)) {
        const isWithdrawn = declared !== null && !declarations.has(`${Name}.${input.Name}`);
        if (isWithdrawn) this.#store.removeTable(Name, input.Name);
      }
    }
  }

  databases(): readonly DatabaseInput[] {
    return this.#account.resourcesOf("AWS::Glue::Database").map((resource) => {
      const { DatabaseInput: input } = parseProperties(DatabaseProperties, resource);
      return { ...input, Name: resource.ref.toLowerCase() };
    });
  }

  /** @throws AwsError EntityNotFoundException */
  database(name: string): DatabaseInput {
    const found = this.databases().find((database) => database.Name === name.toLowerCase());
    if (found === undefined) throw entityNotFound(`Database ${name} not found.`);
    return found;
  }

  tables(database: string): readonly StoredTable[] {
    return this.#store.tables(this.database(database).Name);
  }

  findTable(database: string, name: string): StoredTable | undefined {
    return this.#store.table(this.database(database).Name, name.toLowerCase());
  }

  /** @throws AwsError EntityNotFoundException */
  table(database: string, name: string): StoredTable {
    const found = this.findTable(database, name);
    if (found === undefined) throw entityNotFound(`Table ${name} not found.`);
    return found;
  }

  /** @throws AwsError AlreadyExistsException */
  createTable(database: string, input: TableInput, createdBy: string): void {
    if (this.findTable(database, input.Name) !== undefined) throw alreadyExists("Table already exists.");
    this.#write(this.database(database).Name, input, { known: undefined, declared: null, createdBy });
  }

  updateTable(database: string, input: TableInput): void {
    const known = this.table(database, input.Name);
    this.#write(this.database(database).Name, input, { known, declared: known.declared, createdBy: known.createdBy });
  }

  deleteTable(database: string, name: string): void {
    this.#store.removeTable(this.database(database).Name, this.table(database, name).input.Name);
  }

  partitions(database: string, table: string): readonly StoredPartition[] {
    return this.#store.partitions(this.database(database).Name, this.table(database, table).input.Name);
  }

  /** @throws AwsError EntityNotFoundException */
  partition(database: string, table: string, values: readonly string[]): StoredPartition {
    const { Name } = this.table(database, table).input;
    const found = this.#store.partition(this.database(database).Name, Name, values);
    if (found === undefined) throw entityNotFound("Cannot find partition.");
    return found;
  }

  hasPartition(database: string, table: string, values: readonly string[]): boolean {
    const { Name } = this.table(database, table).input;
    return this.#store.partition(this.database(database).Name, Name, values) !== undefined;
  }

  /** @throws AwsError AlreadyExistsException, InvalidInputException */
  createPartition(database: string, table: string, input: PartitionInput): void {
    this.#checkValues(database, table, input.Values);
    if (this.hasPartition(database, table, input.Values)) throw alreadyExists("Partition already exists.");
    const now = this.#account.clock.now();
    this.#savePartition(database, table, { input, createdOn: now, updatedOn: now });
  }

  /** Replaces a partition; its values may change with it. */
  updatePartition(database: string, table: string, values: readonly string[], input: PartitionInput): void {
    const known = this.partition(database, table, values);
    this.#checkValues(database, table, input.Values);
    this.#savePartition(database, table, { ...known, input, updatedOn: this.#account.clock.now() });
    if (JSON.stringify(values) !== JSON.stringify(input.Values)) this.deletePartition(database, table, values);
  }

  deletePartition(database: string, table: string, values: readonly string[]): void {
    this.partition(database, table, values);
    this.#store.removePartition(this.database(database).Name, this.table(database, table).input.Name, values);
  }

  #savePartition(database: string, table: string, partition: StoredPartition): void {
    this.#store.savePartition(this.database(database).Name, this.table(database, table).input.Name, partition);
  }

  #checkValues(database: string, table: string, values: readonly string[]): void {
    const keys = this.table(database, table).input.PartitionKeys;
    if (keys.length !== values.length)
      throw new AwsError(
        "InvalidInputException",
        `The number of partition keys (${keys.length}) does not match the number of partition values (${values.length})`,
      );
  }

  #write(
    database: string,
    input: TableInput,
    options: {
      readonly known: StoredTable | undefined;
      readonly declared: string | null;
      readonly createdBy: string;
    },
  ): void {
    const now = this.#account.clock.now();
    this.#store.saveTable(database, {
      input: { ...input, Name: input.Name.toLowerCase() },
      createdOn: options.known?.createdOn ?? now,
      updatedOn: now,
      createdBy: options.createdBy,
      version: (options.known?.version ?? -1) + 1,
      declared: options.declared,
    });
  }
}
