import { createHash } from "node:crypto";
import { warehouseUsers } from "../contract/layout.js";
import { expression, type Fragment, identifier, literal, nothing, render, statementOf, table } from "../sql/render.js";
import { splitName } from "../sql/tables.js";
import type { Inspection } from "./inspection.js";
import { type Load, labelOf, lock, settings } from "./load.js";
import { inOneTransaction, oneByOne, type Step } from "./step.js";

type Aggregate = Load["contract"]["aggregates"][number];

/** The file of an aggregate does not hold what an aggregate is. A failure: the contract's owner must act. */
export class AggregateInvalid extends Error {
  override readonly name = "AggregateInvalid";
}

/**
 * Makes the aggregates' views and refreshes the materialized ones, these one statement at a time (C10.7). A view is made again
 * only when its file has changed, so that its readers need not wait.
 * @throws AggregateInvalid, TooManyStatements
 */
export function aggregates(load: Load, inspection: Inspection): Step | null {
  const statements = load.contract.aggregates.flatMap((aggregate) => aggregateStatements(aggregate, inspection));
  const hasMaterialized = load.contract.aggregates.some((aggregate) => readAggregate(aggregate).kind !== "view");
  const label = labelOf(load, "refresh the aggregates");
  if (hasMaterialized || statements.length === 0) return oneByOne(label, statements);
  // Two loads that make a view at once would be in each other's way.
  return inOneTransaction(label, [...settings(), render("load/lock", { lock: lock(load) }), ...statements]);
}

function aggregateStatements(aggregate: Aggregate, inspection: Inspection): Fragment[] {
  const [schema, name] = splitName(aggregate.name);
  const present = inspection.aggregates.find((found) => found.schema === schema && found.name === name);
  const view = table({ schema, name });
  const definition = readAggregate(aggregate);
  if (present !== undefined && present.kind !== definition.kind) {
    throw new AggregateInvalid(
      `aggregates/${aggregate.name}.sql makes a ${definition.kind}, but ${aggregate.name} is a ${present.kind}. Drop it, then rerun the batch.`,
    );
  }
  const grant = inspection.hasReaders
    ? [
        render("prepare/grant", {
          privilege: expression`SELECT`,
          granted: view,
          grantee: expression`GROUP ${identifier(warehouseUsers.readers)}`,
          option: nothing,
        }),
      ]
    : [];
  if (definition.kind === "materialized view") {
    return present === undefined
      ? [render("prepare/drop_materialized_view", { dropped: view }), definition.create, ...grant]
      : [render("prepare/refresh_materialized_view", { refreshed: view })];
  }
  const comment = `Made from aggregates/${aggregate.name}.sql (${hash(aggregate.sql)})`;
  if (present?.comment === comment) return [];
  return [
    definition.create,
    ...grant,
    // Last: only a view that is complete bears the mark of its file.
    render("prepare/comment_on_view", { target: view, comment: literal(comment) }),
  ];
}

const hash = (text: string) => createHash("sha256").update(text, "utf8").digest("hex").slice(0, 12);

interface AggregateDefinition {
  readonly kind: "view" | "materialized view";
  readonly create: Fragment;
}

/** A file holds CREATE [OR REPLACE] VIEW or CREATE MATERIALIZED VIEW of its own name, or only the query of a view. */
function readAggregate(aggregate: Aggregate): AggregateDefinition {
  const text = withoutComments(aggregate.sql)
    .trim()
    .replace(/;+\s*$/, "");
  const head = /^create\s+(?:or\s+replace\s+)?(materialized\s+)?view\s+([\w".]+)/i.exec(text);
  if (head === null) {
    if (!/^(?:select|with)\b/i.test(text)) {
      throw new AggregateInvalid(
        `aggregates/${aggregate.name}.sql begins with neither CREATE VIEW, CREATE MATERIALIZED VIEW, SELECT nor WITH.`,
      );
    }
    const [schema, name] = splitName(aggregate.name);
    const values = { view: table({ schema, name }), definition: statementOf(text) };
    return { kind: "view", create: render("prepare/create_view", values) };
  }
  const made = (head[2] ?? "").replaceAll('"', "").toLowerCase();
  if (made !== aggregate.name) {
    throw new AggregateInvalid(`aggregates/${aggregate.name}.sql creates ${made}; it must create ${aggregate.name}.`);
  }
  const isMaterialized = head[1] !== undefined;
  const create = isMaterialized ? text : text.replace(/^create\s+(?:or\s+replace\s+)?view/i, "CREATE OR REPLACE VIEW");
  return { kind: isMaterialized ? "materialized view" : "view", create: statementOf(create) };
}

/** The text without comments before its first word; comments further in stay. */
function withoutComments(text: string): string {
  const lead = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/.exec(text);
  return lead === null ? text : text.slice(lead[0].length);
}
