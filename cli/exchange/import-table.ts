import { z } from "zod";
import { lineageColumns } from "../../contract/contract.js";
import { readFoundType } from "../../planning/found-type.js";
import { expression, type Fragment, identifier, list, literal, render, table } from "../../sql/render.js";
import { type ResultSet, StatementFailed } from "../warehouse/statements.js";
import { type Imported, type ImportedColumn, SchemaFileInvalid } from "./imported.js";

/** Runs one statement as whoever reads the warehouse. */
export type Ask = (sql: string) => Promise<ResultSet>;

const flag = z.coerce.number().transform((value) => value === 1);
const Described = z.array(z.tuple([z.coerce.number(), z.string(), z.string(), flag, flag, flag, z.string()]));
type Described = z.infer<typeof Described>[number];
const Design = z.array(z.tuple([z.string(), z.coerce.number(), z.string(), flag, z.coerce.number(), z.string()]));

/** A table that is there, by its catalogue and by what its rows show. @param name schema.table @throws SchemaFileInvalid */
export async function importTable(ask: Ask, name: string): Promise<Imported> {
  const [, schema = "", target = ""] = /^([^.]+)\.([^.]+)$/.exec(name) ?? [];
  if (schema === "") throw new SchemaFileInvalid(`'${name}' is not a table's name. Write schema.table.`);
  const place = { schema: literal(schema), target: literal(target) };
  const [itself, ...every] = Described.parse((await ask(render("inspect/described_columns", place).sql)).rows);
  if (itself === undefined)
    throw new SchemaFileInvalid(`There is no table ${name}, or the reading user may not see its schema.`);
  const own = new Set<string>(lineageColumns.map((column) => column.name));
  const columns = every.filter(([, column]) => !own.has(column));
  const key = columns.flatMap(([, column, , , , isKey]) => (isKey ? [column] : []));
  const from = table({ schema, name: target });
  const seen = await tried(() => rowsSeen(ask, from, columns));
  const twice = key.length === 0 || "problem" in seen ? false : await isRepeated(ask, from, key);
  const design = await designOf(ask, place);
  return {
    name: target,
    table: name,
    description: itself[6] === "" ? undefined : itself[6],
    format: "csv",
    columns: columns.map((column, at) => importedColumn(column, "problem" in seen ? undefined : seen, at)),
    key,
    checks: [],
    expect: undefined,
    design: design.words,
    notes: [
      ...("problem" in seen
        ? [`the rows of ${name} could not be read, so nothing is known about its values: ${seen.problem}`]
        : []),
      ...(columns.length < every.length ? [`${name} has Sluice's own columns: a dataset loads it already`] : []),
      ...(twice
        ? [`the primary key (${key.join(", ")}) occurs in more than one row: Redshift does not enforce keys`]
        : []),
      ...design.notes,
      ...orderNotes(columns),
    ],
  };
}

interface Seen {
  readonly rows: number;
  readonly present: readonly number[];
}

/** One scan: how many rows there are, and how many have a value in each column. */
async function rowsSeen(ask: Ask, from: Fragment, columns: readonly Described[]): Promise<Seen> {
  const counted = columns.map(([, name]) => expression`COUNT(${identifier(name)})`);
  const { rows } = await ask(expression`SELECT ${list([expression`COUNT(*)`, ...counted])} FROM ${from}`.sql);
  const [all = 0, ...present] = z.array(z.coerce.number()).parse(rows[0] ?? []);
  return { rows: all, present };
}

async function isRepeated(ask: Ask, from: Fragment, key: readonly string[]): Promise<boolean> {
  const names = list(key.map(identifier));
  const { rows } = await ask(
    expression`SELECT COUNT(*) FROM ${from} GROUP BY ${names} HAVING COUNT(*) > 1 LIMIT 1`.sql,
  );
  return rows.length > 0;
}

async function tried<Value>(work: () => Promise<Value>): Promise<Value | { readonly problem: string }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StatementFailed) return { problem: error.message };
    throw error;
  }
}

function importedColumn(
  [, name, type, isNotNull, hasDefault, , remark]: Described,
  seen: Seen | undefined,
  at: number,
): ImportedColumn {
  const read = readFoundType(type);
  const without = seen === undefined ? undefined : seen.rows - (seen.present[at] ?? 0);
  const words = [
    `${type}${isNotNull ? " not null" : ""}`,
    ...(without === undefined || seen === undefined || seen.rows === 0
      ? []
      : [without === 0 ? `a value in each of ${seen.rows} rows` : `${without} of ${seen.rows} rows without a value`]),
  ];
  return {
    name,
    type: read,
    required: isNotNull,
    description: remark === "" ? undefined : remark,
    evidence: words.join(", "),
    remarks: [
      ...(read === undefined ? [`no type of a contract can hold '${type}'`] : []),
      ...(hasDefault ? ["the column's default is not in this contract, since a load writes every column"] : []),
      ...(!isNotNull && without === 0 && (seen?.rows ?? 0) > 0
        ? ["no row lacks a value: add required: true if that is a rule"]
        : []),
    ],
  };
}

/** Distribution, sort key and encodings, in the words of `table`. */
async function designOf(ask: Ask, place: Readonly<Record<"schema" | "target", Fragment>>) {
  const stored = Design.parse((await ask(render("inspect/design", place).sql)).rows);
  const [style] = (await ask(render("inspect/distribution", place).sql)).rows;
  const key = stored.find(([, , , isKey]) => isKey)?.[0];
  const sorted = stored.filter(([, , , , at]) => at !== 0).sort((a, b) => Math.abs(a[4]) - Math.abs(b[4]));
  const isInterleaved = sorted.some(([, , , , at]) => at < 0);
  const distribution = key === undefined ? String(style?.[0] ?? "") : `key(${key})`;
  const filled = stored.filter(([, , , , , identity]) => identity !== "never").map(([name]) => name);
  return {
    words: [
      ...(distribution === "" || distribution === "auto" ? [] : [`distribution: ${distribution}`]),
      ...(sorted.length === 0 || isInterleaved ? [] : [`sort: [${sorted.map(([name]) => name).join(", ")}]`]),
    ],
    notes: [
      ...(isInterleaved
        ? ["the table's interleaved sort key is not in this contract, which supports only compound sort keys"]
        : []),
      ...filled.map(
        (name) =>
          `column ${name} fills itself (IDENTITY): leave it out of columns, and write table.identity: { column: ${name} }`,
      ),
    ],
  };
}

/** Columns that may tell versions of a key apart. */
function orderNotes(columns: readonly Described[]): string[] {
  const times = columns.filter(([, , type]) => /^(timestamp|date)/.test(type)).map(([, name]) => name);
  return times.length === 0
    ? []
    : [`order_by: one of ${times.join(", ")}, if it says which version of a row is the newer`];
}
