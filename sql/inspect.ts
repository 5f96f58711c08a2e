import type { Contract } from "../contract/contract.js";
import type { Statements } from "../contract/definition.js";
import { ledgerTable, lockTable, statementsTable } from "../contract/layout.js";
import { warehouseUsers } from "../contract/own-schema.js";
import { expression, type Fragment, list, literal, render } from "./render.js";
import { isWide } from "./staging-names.js";
import { outgrownTable, previousTable, splitName } from "./tables.js";

/** What is asked about the target: one statement answers all of it (findings.sql). */
export const questions = [
  "session",
  "relations",
  "columns",
  "statements",
  "comments",
  "keys",
  "bound_view",
  "aggregates",
  "design",
  "distribution",
] as const;
export type Question = (typeof questions)[number];

/** An inspection may take this long, in seconds. */
const inspectionTimeoutSeconds = 900;

/**
 * What is asked about the target before a load is planned: who loads, tables, columns, comments, keys, whether a view is
 * bound to it, aggregates, storage. The catalogue's functions live on the leader node, so nothing reads a user's table
 * (C10.11). Grants, datashares and the texts of views stay in the warehouse: its procedures read them (sluice.hand_over,
 * sluice.check_dependents, sluice.rebuild_views), so that no result can be too large for a state (J3.1).
 */
export function inspection(
  contract: Pick<Contract, "dataset" | "table" | "aggregates" | "load" | "columns">,
  label = `${contract.dataset}: inspect the target`,
): Statements {
  const schema = literal(contract.table.schema);
  const target = literal(contract.table.name);
  const place = { schema, target };
  const wide = isWide(contract);
  const beside = statementsTable(contract.dataset);
  const statementsPlace = { schema: literal(beside.schema), target: literal(beside.name) };
  const isHistory = contract.load.mode === "history";
  // A wide target's columns come in pages of their own.
  const nowhere = { schema, target: literal("") };
  const columnsOf = wide ? nowhere : place;
  const values: Readonly<Record<Question, Readonly<Record<string, Fragment>>>> = {
    session: { schema, readers: literal(warehouseUsers().readers) },
    relations: {
      ...place,
      previous: literal(previousTable(contract).name),
      outgrown: literal(outgrownTable(contract).name),
      ledger: literal(ledgerTable(contract.dataset).name),
      lock: literal(lockTable(contract.dataset).name),
      statements: statementsPlace.target,
      outgrown_statements: literal(outgrownTable({ table: beside }).name),
    },
    columns: columnsOf,
    statements: isHistory && !wide ? statementsPlace : nowhere,
    comments: { ...place, which: wide ? expression`d.objsubid = 0` : expression`TRUE` },
    keys: place,
    bound_view: place,
    aggregates: {
      named: anyOf(
        contract.aggregates.map(({ name }) => name),
        inCatalogue,
      ),
    },
    design: columnsOf,
    distribution: place,
  };
  // The statements beside a history are asked about as the target is.
  const file = (name: Question) => (name === "statements" ? "columns" : name);
  const asked = Object.fromEntries(questions.map((name) => [name, render(`inspect/${file(name)}`, values[name])]));
  const findings = render("inspect/findings", asked).sql;
  const common = { results: true, label, timeoutSeconds: inspectionTimeoutSeconds };
  const pages = wide ? columnPages(place, isHistory ? statementsPlace : null, contract.columns.length) : [];
  const materialized = contract.aggregates.filter(({ sql }) => isMaterialized(sql)).map(({ name }) => name);
  const definitions =
    materialized.length === 0 ? [] : [render("inspect/definitions", { named: anyOf(materialized, inNotes) }).sql];
  const statements = [findings, ...definitions, ...pages];
  // Of a transaction only the last result is read.
  return { statements, transaction: statements.length === 1, ...common };
}

/** So many columns of a wide target in one result: less than half of a state's 256 KB, as the Data API writes them. */
const columnsAtOnce = 400;
/** A table has at most 1,600 columns (C10.9); one that has lost some goes on counting. */
const lastColumn = 32_767;

interface Place {
  readonly schema: Fragment;
  readonly target: Fragment;
}

function columnPages(place: Place, statements: Place | null, columns: number): string[] {
  const pages = Math.ceil(columns / columnsAtOnce) + 1;
  return Array.from({ length: pages }).flatMap((_, at) => {
    const until = at === pages - 1 ? lastColumn : (at + 1) * columnsAtOnce;
    const page = { after: literal(at * columnsAtOnce), until: literal(until) };
    const said = { ...statements, ...page, answers: literal("wide_statements") };
    return [
      render("inspect/wide_columns", { ...place, ...page, answers: literal("wide") }).sql,
      render("inspect/wide_design", { ...place, ...page }).sql,
      ...(statements === null ? [] : [render("inspect/wide_columns", said).sql]),
    ];
  });
}

/** Whether the file of an aggregate makes a materialized view. */
export const isMaterialized = (text: string): boolean => /^create\s+materialized\b/i.test(withoutLead(text));

/** A statement without the comments before its first word; comments further in stay. */
export function withoutLead(text: string): string {
  const lead = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/.exec(text);
  return lead === null ? text : text.slice(lead[0].length);
}

const inCatalogue = [expression`n.nspname`, expression`v.relname`] as const;
const inNotes = [expression`a.schema_name`, expression`a.view_name`] as const;

/** The condition that a relation has one of these names, `schema.name`. */
function anyOf(names: readonly string[], [of, called]: readonly [schema: Fragment, name: Fragment]): Fragment {
  const conditions = names.map((name) => {
    const [schema, relation] = splitName(name);
    return expression`(${of} = ${literal(schema)} AND ${called} = ${literal(relation)})`;
  });
  return conditions.length === 0 ? expression`FALSE` : list(conditions, " OR ");
}
