import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { readJsonFile, StateUnreadable, writeFileWhole } from "../../persistence/files.js";
import { StoredPartition, StoredTable } from "./structures.js";

interface Entry {
  readonly table: StoredTable;
  readonly partitions: Map<string, StoredPartition>;
}

/** Tables and partitions on disk: `<folder>/<database>/<table>/table.json` and a file a partition. Every change is one
 * whole file; names are lower case, as Glue keeps them. */
export class CatalogueStore {
  readonly #folder: string;
  readonly #tables = new Map<string, Map<string, Entry>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** By name. */
  tables(database: string): readonly StoredTable[] {
    return [...this.#database(database).values()]
      .map((entry) => entry.table)
      .sort((a, b) => (a.input.Name < b.input.Name ? -1 : 1));
  }

  table(database: string, name: string): StoredTable | undefined {
    return this.#database(database).get(name)?.table;
  }

  saveTable(database: string, table: StoredTable): void {
    const name = table.input.Name;
    writeFileWhole(join(this.#tableFolder(database, name), "table.json"), JSON.stringify(table));
    const known = this.#database(database).get(name);
    this.#database(database).set(name, { table, partitions: known?.partitions ?? new Map() });
  }

  removeTable(database: string, name: string): void {
    rmSync(this.#tableFolder(database, name), { recursive: true, force: true });
    this.#database(database).delete(name);
  }

  /** By values. */
  partitions(database: string, table: string): readonly StoredPartition[] {
    const partitions = this.#database(database).get(table)?.partitions ?? new Map<string, StoredPartition>();
    return [...partitions.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, partition]) => partition);
  }

  partition(database: string, table: string, values: readonly string[]): StoredPartition | undefined {
    return this.#database(database).get(table)?.partitions.get(keyOf(values));
  }

  savePartition(database: string, table: string, partition: StoredPartition): void {
    const entry = this.#database(database).get(table);
    if (entry === undefined) throw new Error(`no table ${database}.${table} for a partition`);
    const { Values } = partition.input;
    writeFileWhole(this.#partitionFile(database, table, Values), JSON.stringify(partition));
    entry.partitions.set(keyOf(Values), partition);
  }

  removePartition(database: string, table: string, values: readonly string[]): void {
    rmSync(this.#partitionFile(database, table, values), { force: true });
    this.#database(database).get(table)?.partitions.delete(keyOf(values));
  }

  #database(database: string): Map<string, Entry> {
    const known = this.#tables.get(database);
    if (known !== undefined) return known;
    const read = this.#read(database);
    this.#tables.set(database, read);
    return read;
  }

  #read(database: string): Map<string, Entry> {
    const found = new Map<string, Entry>();
    for (const name of namesIn(join(this.#folder, fileName(database)))) {
      const folder = join(this.#folder, fileName(database), name);
      const file = join(folder, "table.json");
      // A kill between the removal of a table's file and of its folder leaves a folder without one.
      if (!existsSync(file)) continue;
      const table = parseFile(StoredTable, file);
      const partitions = new Map<string, StoredPartition>();
      for (const one of namesIn(join(folder, "partitions")).filter((one) => one.endsWith(".json"))) {
        const partition = parseFile(StoredPartition, join(folder, "partitions", one));
        partitions.set(keyOf(partition.input.Values), partition);
      }
      found.set(table.input.Name, { table, partitions });
    }
    return found;
  }

  #tableFolder(database: string, table: string): string {
    return join(this.#folder, fileName(database), fileName(table));
  }

  #partitionFile(database: string, table: string, values: readonly string[]): string {
    const name = createHash("sha256").update(keyOf(values)).digest("hex").slice(0, 32);
    return join(this.#tableFolder(database, table), "partitions", `${name}.json`);
  }
}

function keyOf(values: readonly string[]): string {
  return JSON.stringify(values);
}

function fileName(name: string): string {
  return encodeURIComponent(name).replaceAll(".", "%2E");
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function parseFile<Schema extends z.ZodType>(schema: Schema, file: string): z.infer<Schema> {
  const parsed = schema.safeParse(readJsonFile(file));
  if (parsed.success) return parsed.data;
  throw new StateUnreadable(`${file} is not the catalogue's (${parsed.error.message})`);
}
