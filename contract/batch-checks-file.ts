import { z } from "zod";
import { columnName } from "./load-file.js";

/** The part `batch_checks` of a dataset's file: what must hold for the rows of a batch together. */

const severity = z
  .enum(["refuse", "warn"])
  .default("refuse")
  .describe("`refuse`: the batch is not loaded. `warn`: it is loaded, and the result has a warning.");

/** `0.5%`, as text. */
export const share = z
  .string()
  .regex(/^(100(\.0+)?|\d{1,2}(\.\d+)?)%$/, "a share is written like 1% or 0.5%, at most 100%");

const BatchCheckFile = z.union([
  z.strictObject({
    sql: z
      .string()
      .min(1)
      .max(4000)
      .describe(
        "A condition over aggregates, in Redshift SQL. It can use `:rows`, `:previous_rows` and `:average_rows`.",
      ),
    severity,
  }),
  z.strictObject({
    unique: z.array(columnName).min(1).describe("No two rows have equal values in these columns. NULL passes."),
    severity,
  }),
  z.strictObject({
    references: z
      .string()
      .regex(
        /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\([a-z][a-z0-9_]*\)$/,
        "what is referred to is written schema.table(column)",
      )
      .describe("The column of another table that must contain each value. NULL passes."),
    column: columnName.describe("The column of this dataset to look up."),
    allow: z
      .union([z.int().min(0), share])
      .default(0)
      .describe("How many values may be missing there: a number, or a percentage of the values that are not NULL."),
    severity,
  }),
]);

/** One statement each, in the transaction of the load, which takes 40; a history by force has 27 of its own, and two go with the checks. */
const mostChecks = 10;

export const BatchChecksFile = z
  .record(
    z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, "a check's name is [a-z][a-z0-9_]*, at most 63 characters"),
    BatchCheckFile,
  )
  .refine((checks) => Object.keys(checks).length <= mostChecks, `at most ${mostChecks} checks of a batch`);
export type BatchChecksFile = z.output<typeof BatchChecksFile>;

/** The compiled form: what `contract.json` holds. */
const compiled = { name: z.string(), severity: z.enum(["refuse", "warn"]) };
export const BatchCheck = z.discriminatedUnion("kind", [
  z.strictObject({ ...compiled, kind: z.literal("sql"), sql: z.string() }),
  z.strictObject({ ...compiled, kind: z.literal("unique"), columns: z.array(z.string()) }),
  z.strictObject({
    ...compiled,
    kind: z.literal("references"),
    column: z.string(),
    schema: z.string(),
    table: z.string(),
    key: z.string(),
    /** Values that may be missing, or null for a share; the share's percent as written. */
    most: z.int().nullable(),
    percent: z.string().nullable(),
  }),
]);
export type BatchCheck = z.infer<typeof BatchCheck>;

export const compileBatchChecks = (checks: BatchChecksFile): BatchCheck[] =>
  Object.entries(checks).map(([name, check]) => {
    const { severity } = check;
    if ("sql" in check) return { kind: "sql", name, severity, sql: check.sql };
    if ("unique" in check) return { kind: "unique", name, severity, columns: check.unique };
    const [, schema = "", table = "", key = ""] = /^(\w+)\.(\w+)\((\w+)\)$/.exec(check.references) ?? [];
    const { column, allow } = check;
    return {
      ...{ kind: "references" as const, name, severity, column, schema, table, key },
      most: typeof allow === "number" ? allow : null,
      percent: typeof allow === "number" ? null : allow.slice(0, -1),
    };
  });

/** What stands for a count in the SQL of a check, and not for a cast (`::`). Texts and quoted names are passed over. */
const counted = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|(?<!:):(rows|previous_rows|average_rows)\b/g;
export type Counted = "rows" | "previous_rows" | "average_rows";

const isCounted = (name: string): name is Counted => ["rows", "previous_rows", "average_rows"].includes(name);

/** The pieces of a check's SQL, by turns: text as it stands, and the name of a count. */
export function piecesOf(sql: string): readonly (string | { readonly count: Counted })[] {
  const pieces: (string | { readonly count: Counted })[] = [];
  let done = 0;
  for (const match of sql.matchAll(counted)) {
    const [found, name] = match;
    if (name === undefined || !isCounted(name)) continue;
    pieces.push(sql.slice(done, match.index), { count: name });
    done = match.index + found.length;
  }
  return [...pieces, sql.slice(done)];
}
