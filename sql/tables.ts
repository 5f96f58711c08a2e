import { type ColumnType, columnTypeText } from "../contract/column-type.js";
import {
  type Column,
  type Contract,
  deleteFlag,
  type Identity,
  lineageColumns,
  loadedColumns,
  parquetColumns,
} from "../contract/contract.js";
import { permanentStagingTable, stagingTable } from "../contract/layout.js";
import { encodeClause } from "./encodings.js";
import { expression, type Fragment, identifier, list, literal, nothing, type TableName } from "./render.js";
import { isWide, type Staged, stagingColumn, stagingName } from "./staging-names.js";

/** The tables of a load: which columns they have, in which order, and how DDL writes them. */

type Named = Pick<Contract, "dataset">;
type Design = Pick<Contract, "columns" | "table" | "load">;

/** A column of the target. */
export interface TargetColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly isRequired: boolean;
  /** A constant for rows that are there before the column; null for none. */
  readonly default: boolean | null;
  readonly encode: string | null;
  readonly description: string | null;
}

export const targetTable = ({ table }: Pick<Contract, "table">): TableName => ({
  schema: table.schema,
  name: table.name,
});

/** `schema.name` in its two parts; without a schema, `public`. */
export function splitName(name: string): readonly [schema: string, name: string] {
  const at = name.indexOf(".");
  return at < 0 ? ["public", name] : [name.slice(0, at), name.slice(at + 1)];
}

/** Temporary tables of one load's session. */
const temporary = ({ dataset }: Named, what: string): TableName => ({
  schema: null,
  name: `sluice_${what}_${dataset}`,
});
export const staging = ({ dataset }: Named): TableName => stagingTable(dataset);
export const fates = (contract: Named): TableName => temporary(contract, "fates");
export const counts = (contract: Named): TableName => temporary(contract, "counts");
/** Of a history: what is taken back, the keys that may change, all that was said of them, what says nothing new, and what comes of it. */
export const withdrawn = (contract: Named): TableName => temporary(contract, "withdrawn");
export const touched = (contract: Named): TableName => temporary(contract, "touched");
export const said = (contract: Named): TableName => temporary(contract, "said");
export const repeats = (contract: Named): TableName => temporary(contract, "repeats");
export const versions = (contract: Named): TableName => temporary(contract, "versions");
/** The target's columns without its rows. */
export const notedTypes = (contract: Named): TableName => temporary(contract, "types");

/** The permanent staging table of one revision of a truncate. @param mark layout's stagingMark */
export const permanentStaging = ({ dataset }: Named, mark: string): TableName => permanentStagingTable(dataset, mark);

/** A replacement must be renamed, and a name can only change within its schema (C8.3): both lie beside the target. */
export function replacementTable(contract: Pick<Contract, "dataset" | "table">, mark: string): TableName {
  const hash = permanentStagingTable(contract.dataset, mark).name.slice(-12);
  return { schema: contract.table.schema, name: suffixed(contract.table.name, `__sluice_${hash}`) };
}

/** The generation that a swap put aside, for a rollback. */
export const previousTable = ({ table }: Pick<Contract, "table">): TableName => ({
  schema: table.schema,
  name: suffixed(table.name, "__sluice_previous"),
});

/** The name that a table has while it gives its own away; occurs nowhere else. @param mark of the load, or a revision */
export const asideTable = (contract: Pick<Contract, "dataset" | "table">, mark: string): TableName => ({
  schema: contract.table.schema,
  name: suffixed(
    contract.table.name,
    `__sluice_${permanentStagingTable(contract.dataset, `${mark}/aside`).name.slice(-12)}`,
  ),
});

/** The table that a growth copies into, and the name of the one that it leaves: at most one growth is under way. */
export const grownTable = ({ table }: { readonly table: Pick<Contract["table"], "schema" | "name"> }): TableName => ({
  schema: table.schema,
  name: suffixed(table.name, "__sluice_grown"),
});
export const outgrownTable = ({
  table,
}: {
  readonly table: Pick<Contract["table"], "schema" | "name">;
}): TableName => ({
  schema: table.schema,
  name: suffixed(table.name, "__sluice_outgrown"),
});

/** Names have at most 127 bytes (C10.10); contract names are ASCII. */
const suffixed = (name: string, suffix: string) => `${name.slice(0, 127 - suffix.length)}${suffix}`;

/** The type that a column has in the Parquet files, and so in the staging table. @param isLarge of JSON lines, which have values */
export function stagingType(type: ColumnType, isLarge = false): ColumnType {
  if (type.name === "super" && !isLarge) return { name: "varchar", length: 65535 };
  if (type.name === "timestamptz") return { name: "timestamp" };
  return type;
}

/** Name and type, column for column as the Parquet files have them. */
export function stagingColumns(contract: Staged) {
  const hasShortNames = isWide(contract);
  return parquetColumns(contract).map(({ name, type }, at) => ({
    name: hasShortNames ? `c${at + 1}` : name,
    type: stagingType(type, isLarge(contract, name)),
  }));
}

const isLarge = ({ columns }: Staged, wanted: string): boolean =>
  columns.some(({ name, large }) => large && name === wanted);

const plain = { isRequired: false, default: null, encode: null, description: null };

/** What a history adds to its columns: from when to when a version holds, and whether it stands. */
function historyColumns({ columns, table, load: { history, order_by } }: Design): TargetColumn[] {
  if (history === null) return [];
  const time = columns.find(({ name }) => name === order_by)?.type ?? { name: "timestamp" };
  const encode = (name: string) => table.columns[name]?.encode ?? null;
  const { valid_from, valid_to, current } = history;
  return [
    { ...plain, name: valid_from, type: time, isRequired: true, encode: encode(valid_from) },
    { ...plain, name: valid_to, type: time, encode: encode(valid_to) },
    { ...plain, name: current, type: { name: "boolean" }, isRequired: true, encode: encode(current) },
  ];
}

/** The columns of a target, in the order of a new one: the contract's, the mark of soft deletes or a history's, the lineage. */
export function targetColumns(contract: Design): TargetColumn[] {
  const { table, load } = contract;
  const mark: readonly TargetColumn[] =
    load.deletes?.action === "soft"
      ? [{ ...plain, name: load.deletes.mark, type: { name: "boolean" }, isRequired: true, default: false }]
      : [];
  return [
    ...loadedColumns(contract).map(({ name, type, required, description, protect }) => ({
      name,
      type,
      // What is erased is NULL, also where every record must have a value.
      isRequired: required && protect !== "erase",
      default: null,
      encode: table.columns[name]?.encode ?? null,
      description,
    })),
    ...mark,
    ...historyColumns(contract),
    ...lineageColumns.map(({ name, type }) => ({ ...plain, name, type })),
  ];
}

/** A type as DDL writes it; the text is made from the parsed type, so that it is safe. */
export function typeFragment(type: ColumnType): Fragment {
  switch (type.name) {
    case "varchar":
      return expression`varchar(${literal(type.length)})`;
    case "char":
      return expression`char(${literal(type.length)})`;
    case "decimal":
      return expression`decimal(${literal(type.precision)}, ${literal(type.scale)})`;
    case "smallint":
      return expression`smallint`;
    case "integer":
      return expression`integer`;
    case "bigint":
      return expression`bigint`;
    case "real":
      return expression`real`;
    case "double precision":
      return expression`double precision`;
    case "boolean":
      return expression`boolean`;
    case "date":
      return expression`date`;
    case "timestamp":
      return expression`timestamp`;
    case "timestamptz":
      return expression`timestamptz`;
    case "super":
      return expression`super`;
  }
}

/** The list of column definitions of a staging table. */
export const stagingDefinitions = (contract: Staged): Fragment =>
  list(
    stagingColumns(contract).map(({ name, type }) => expression`${identifier(name)} ${typeFragment(type)}`),
    ",\n  ",
  );

/** `bigint IDENTITY(seed, step)`: Redshift has it for integer and bigint only. */
export const identityType = ({ seed, step }: Identity): Fragment =>
  expression`bigint IDENTITY(${literal(seed)}, ${literal(step)})`;

/** A column's definition in CREATE TABLE. */
export interface Definition {
  readonly name: string;
  readonly sql: Fragment;
  /** The same column as sluice.add_columns adds it; null where it must be there from the start. */
  readonly added: { readonly definition: Fragment; readonly type: ColumnType } | null;
}

/**
 * The column definitions of a target. The identity column comes first: loads name their columns, and what is added later
 * goes to the end.
 */
export function targetDefinitions(contract: Design): Definition[] {
  const { identity, distribution, sort } = contract.table;
  const fixed = new Set([...sort, ...informativeKey(contract)]);
  if (distribution.style === "key") fixed.add(distribution.column);
  const definitions = targetColumns(contract).map((column) => {
    const { name, type } = column;
    const head = expression`${typeFragment(type)}${
      column.default === null ? nothing : expression` DEFAULT ${literal(column.default)}`
    }${encodeClause(column)}`;
    const sql = expression`${identifier(name)} ${head}${column.isRequired ? expression` NOT NULL` : nothing}`;
    return { name, sql, added: column.isRequired || fixed.has(name) ? null : { definition: head, type } };
  });
  if (identity === null) return definitions;
  const sql = expression`${identifier(identity.column)} ${identityType(identity)} NOT NULL`;
  return [{ name: identity.column, sql, added: null }, ...definitions];
}

/** `PRIMARY KEY (…)`, or nothing. */
export const keyDefinition = (contract: Design): Fragment[] => {
  const key = informativeKey(contract);
  return key.length > 0 ? [expression`PRIMARY KEY (${list(key.map(identifier))})`] : [];
};

/**
 * The key that the planner may know of: an upsert's, which is checked at every load (C10.1). Not one with a VARCHAR,
 * which could not be widened any more if it stood in a key (C8.4).
 */
export function informativeKey({ load: { mode, key }, columns }: Design): readonly string[] {
  const canWiden = columns.some(({ name, type }) => key.includes(name) && type.name === "varchar");
  return mode === "upsert" && !canWiden ? key : [];
}

/** DISTSTYLE … of a target. */
export function targetDistribution({ table }: Pick<Contract, "table">): Fragment {
  switch (table.distribution.style) {
    case "key":
      return expression`DISTSTYLE KEY DISTKEY (${identifier(table.distribution.column)})`;
    case "auto":
      return expression`DISTSTYLE AUTO`;
    case "even":
      return expression`DISTSTYLE EVEN`;
    case "all":
      return expression`DISTSTYLE ALL`;
  }
}

/** The staging table lies as the target does, so that the join needs no redistribution (C7.2). */
export function stagingDistribution(contract: Staged & Pick<Contract, "table">): Fragment {
  const { distribution } = contract.table;
  if (distribution.style !== "key") return expression`DISTSTYLE EVEN`;
  return expression`DISTSTYLE KEY DISTKEY (${identifier(stagingName(contract, distribution.column))})`;
}

/** SORTKEY (…), or nothing: Redshift chooses. */
export const targetSort = ({ table }: Pick<Contract, "table">): Fragment =>
  table.sort.length === 0 ? nothing : expression`COMPOUND SORTKEY (${list(table.sort.map(identifier))})`;

/** What a staged column is in the target: JSON text becomes a value, a UTC time gets its zone. */
export function stagedValue(contract: Staged, column: Pick<Column, "name" | "type">, alias: Fragment): Fragment {
  const value = stagingColumn(contract, column.name, alias);
  if (column.type.name === "super") {
    return isLarge(contract, column.name) ? value : expression`JSON_PARSE(${value})`;
  }
  if (column.type.name === "timestamptz") return expression`(${value} AT TIME ZONE 'UTC')`;
  return value;
}

/** Whether a staged row is a delete, as a condition. */
export function isDelete(contract: Staged, alias: Fragment): Fragment {
  const { deletes } = contract.load;
  if (deletes === null) return expression`FALSE`;
  const flag = deleteFlag(contract);
  if (flag !== null) return expression`${alias}.${identifier(stagingName(contract, flag))}`;
  return expression`${alias}.${identifier(stagingName(contract, deletes.column))} IN (${list(deletes.values.map(literal))})`;
}

/** The type of a column as messages show it. */
export const typeText = columnTypeText;
