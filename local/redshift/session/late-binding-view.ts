import { randomBytes } from "node:crypto";
import type pg from "pg";
import { nameOf, toText } from "../dialect/tokens.js";
import type { LateBindingView } from "../dialect/translation.js";
import { StatementFailed } from "./pg-errors.js";

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

interface Column {
  readonly name: string;
  readonly type: string;
}

/** The query's columns as they are now: the relations must be there when the view is made (on Redshift they need not). */
async function describe(client: pg.Client, view: LateBindingView): Promise<readonly Column[]> {
  const found = await client.query({ text: `SELECT * FROM (${view.query}) AS q LIMIT 0`, rowMode: "array" });
  const names = view.columns ?? found.fields.map((field) => field.name);
  if (names.length !== found.fields.length)
    throw new StatementFailed("ERROR: CREATE VIEW specifies another number of column names than columns");
  const types = await client.query<{ type: string }>(
    "SELECT format_type(t, NULL) AS type FROM unnest($1::oid[]) WITH ORDINALITY AS u(t, n) ORDER BY n",
    [found.fields.map((field) => field.dataTypeID)],
  );
  return names.map((name, index) => ({ name, type: types.rows[index]?.type ?? "text" }));
}

/** A view that looks its names up when it is read (C8.8): a function that runs the text, and a view over it. It
 * survives that its tables are renamed, swapped or dropped. The columns are those of the day it was made. */
export async function createLateBindingView(
  client: pg.Client,
  view: LateBindingView,
  relations: readonly string[],
): Promise<void> {
  const columns = await describe(client, view);
  const name = toText(view.name);
  const plain = view.name.filter((token) => token.kind !== "operator").map(nameOf);
  const schema = plain.length > 1 ? `${quoteName(plain.at(-2) ?? "")}.` : "";
  const helper = `${schema}${quoteName(`rs_lbv_${randomBytes(8).toString("hex")}`)}`;
  const values = columns.map((column, index) => `c${index}::${column.type}`).join(", ");
  const aliases = columns.map((_, index) => `c${index}`).join(", ");
  const query = quoteText(`SELECT ${values} FROM (${view.query}) AS q (${aliases})`);
  const check = `PERFORM rs.check_visible(ARRAY[${relations.map(quoteText).join(", ")}]::text[]);`;
  const list = columns.map((column, index) => `r${index} ${column.type}`).join(", ");
  await client.query(
    `CREATE FUNCTION ${helper}() RETURNS TABLE (${list}) LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $rs$ BEGIN RETURN QUERY EXECUTE ${query}; ${check} END $rs$`,
  );
  const names = columns.map((column) => quoteName(column.name)).join(", ");
  await client.query(
    `CREATE ${view.orReplace ? "OR REPLACE " : ""}VIEW ${name} (${names}) AS SELECT * FROM ${helper}()`,
  );
  await client.query("SELECT rs.note_late_binding_view($1::regclass, $2, $3)", [
    name.replaceAll(" ", ""),
    view.original,
    helper,
  ]);
}
