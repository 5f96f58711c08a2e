import { byManifest } from "../../contract/arrival.js";
import type { Column, Contract, Load, Table } from "../../contract/contract.js";
import { glueOnly } from "../../contract/engine.js";

/** One thing that a contract says, as an export lists it. */
export interface Statement {
  /** Where it stands in the compiled contract: `load.mode`, `columns.parse`, `checks.<name>`. */
  readonly key: string;
  readonly text: string;
}

/**
 * Everything that a contract says beyond the defaults, in the order of its file. Exports say what their standard has words
 * for and list the rest, so nothing is dropped; a new key of the contract needs a default here before the types agree.
 */
export function statements(contract: Contract): readonly Statement[] {
  const { version: _, columns, checks, table, load, ...others } = contract;
  // Which SQL needs Spark follows from the rest.
  const engine = { ...others.engine, needs_spark: [] };
  const all = [
    ...differences("", { ...others, engine }, plainContract),
    ...columnStatements(columns),
    ...checks.map(({ name, sql }) => ({ key: `checks.${name}`, text: `check ${name}: ${oneLine(sql)}` })),
    ...differences("table.", table, plainTable),
    ...differences("load.", load, plainLoad),
  ];
  return all.map(({ key, text }) => ({ key, text: oneLine(text) }));
}

/** The statements that a standard has no words for. @param said a key, or the beginning of keys that ends in a dot */
export function leftOut(contract: Contract, said: readonly string[]): readonly string[] {
  const isSaid = (key: string) => said.some((each) => (each.endsWith(".") ? key.startsWith(each) : key === each));
  return statements(contract)
    .filter(({ key }) => !isSaid(key))
    .map(({ text }) => text);
}

/** Keys that everybody should read about, whatever their value, stand here with one that no contract has. */
const always = undefined;

type Plain<T> = { readonly [K in keyof T]: T[K] | typeof always };

const plainContract: Plain<Omit<Contract, "version" | "columns" | "checks" | "table" | "load">> = {
  dataset: always,
  source: always,
  description: null,
  owner: null,
  partition: always,
  timezone: "UTC",
  path: null,
  arrival: byManifest,
  deliveries: null,
  format: always,
  rejects: always,
  unknown_columns: "warn",
  rescued: null,
  batch_checks: [],
  catalogue: "crawler",
  engine: glueOnly,
  glue: null,
  schedule: null,
  expect: null,
  aggregates: [],
  large_strings: false,
  breaks: null,
};

const plainTable: Plain<Table> = {
  schema: always,
  name: always,
  distribution: { style: "auto" },
  sort: [],
  columns: {},
  identity: null,
};

const plainLoad: Plain<Load> = {
  mode: always,
  key: [],
  order_by: null,
  strategy: "merge",
  conflicts: "reject",
  deduplicate: null,
  deletes: null,
  history: null,
  allow_empty: false,
  snapshot: { when: "none", minimum_distance_seconds: 0, retention_days: null },
  dependent_views: "rebuild",
  lock_wait_seconds: 600,
};

const plainColumn = ({ name, type }: Column): Column => ({
  name,
  type,
  from: name,
  value: null,
  expression: null,
  description: null,
  required: false,
  optional: false,
  trim: true,
  empty: "null",
  null: [],
  normalize: "nfc",
  case: null,
  parse: "iso8601",
  zones: {},
  number: null,
  timezone: null,
  round: false,
  truncate: false,
  default: null,
  as: null,
  occurrence: null,
  load: true,
  on_error: "reject",
  was: null,
  retired: false,
  protect: null,
  large: false,
});

function differences(prefix: string, value: object, plain: object): Statement[] {
  const defaults = new Map<string, unknown>(Object.entries(plain));
  return Object.entries(value).flatMap(([name, each]: [string, unknown]) =>
    isEqual(each, defaults.get(name))
      ? []
      : [{ key: `${prefix}${name}`, text: `${prefix}${name}: ${valueText(each)}` }],
  );
}

/** One line per key, with the columns that have it: a wide contract is not listed column by column. */
function columnStatements(columns: readonly Column[]): Statement[] {
  const byKey = new Map<string, string[]>();
  for (const column of columns) {
    for (const [key, text] of columnRules(column))
      byKey.set(key, [...(byKey.get(key) ?? []), `${column.name} ${text}`]);
  }
  return [...byKey].map(([name, texts]) => ({
    key: `columns.${name}`,
    text: `columns[].${name}: ${texts.join(", ")}`,
  }));
}

/** What a column's contract says beyond name and type: key → value as text. A computed column has no place in a file. */
export function columnRules(column: Column): readonly (readonly [key: string, text: string])[] {
  const plain = new Map<string, unknown>(Object.entries(plainColumn(column)));
  return Object.entries(column).flatMap(([key, value]: [string, unknown]) =>
    isEqual(value, plain.get(key)) || value === null ? [] : [[key, valueText(value)] as const],
  );
}

const isEqual = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Without members that say nothing. */
export const valueText = (value: unknown): string =>
  typeof value === "string"
    ? value
    : JSON.stringify(value, (_, member: unknown) => (member === null ? undefined : member));

export const oneLine = (text: string) => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
