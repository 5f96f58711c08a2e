import { createHash } from "node:crypto";
import { warehouseUsers } from "../contract/own-schema.js";
import { Refusal } from "../contract/refusals.js";
import { withoutLead } from "../sql/inspect.js";
import { expression, type Fragment, identifier, literal, nothing, render, statementOf, table } from "../sql/render.js";
import { splitName } from "../sql/tables.js";
import type { FoundAggregate, Inspection } from "./inspection.js";
import { type Load, labelOf, lock, settings } from "./load.js";
import { inOneTransaction, oneByOne, type Step } from "./step.js";

type Aggregate = Load["contract"]["aggregates"][number];

/** The file of an aggregate does not hold what an aggregate is. A failure: the contract's owner must act. */
export class AggregateInvalid extends Error {
  override readonly name = "AggregateInvalid";
}

/** What becomes of the aggregates, and what the load says about it. */
export interface Aggregation {
  readonly step: Step | null;
  /** False when the step only refreshes what is there. */
  readonly makesViews: boolean;
  readonly warnings: readonly string[];
}

/**
 * Makes the aggregates' views and refreshes the materialized ones, these one statement at a time (C10.7). A view is made again
 * only when its file has changed, so that its readers need not wait; it is dropped for that, since CREATE OR REPLACE takes
 * the same columns only and a materialized view cannot be replaced at all, and gets its grants back.
 * @throws AggregateInvalid, TooManyStatements, Refusal DependentViews
 */
export function aggregates(load: Load, inspection: Inspection): Aggregation {
  const made = load.contract.aggregates.map((aggregate) => aggregateStatements(aggregate, inspection));
  const statements = made.flatMap(({ statements }) => statements);
  const warnings = made.flatMap(({ warning }) => warning ?? []);
  const makesViews = made.some(({ isMade }) => isMade);
  const hasMaterialized = load.contract.aggregates.some((aggregate) => readAggregate(aggregate).kind !== "view");
  const label = labelOf(load, "refresh the aggregates");
  if (hasMaterialized || statements.length === 0) return { step: oneByOne(label, statements), makesViews, warnings };
  // Two loads that make a view at once would be in each other's way.
  const step = inOneTransaction(label, [...settings(), render("load/lock", { lock: lock(load) }), ...statements]);
  return { step, makesViews, warnings };
}

interface Made {
  readonly statements: readonly Fragment[];
  readonly isMade: boolean;
  readonly warning?: string;
}

function aggregateStatements(aggregate: Aggregate, inspection: Inspection): Made {
  const [schema, name] = splitName(aggregate.name);
  const present = inspection.aggregates.find((found) => found.schema === schema && found.name === name);
  const definition = readAggregate(aggregate);
  if (present !== undefined && present.kind !== definition.kind) {
    throw new AggregateInvalid(
      `aggregates/${aggregate.name}.sql defines a ${definition.kind}, but ${aggregate.name} is a ${present.kind}. Drop it, then rerun the batch.`,
    );
  }
  return definition.kind === "materialized view"
    ? materializedStatements(aggregate, definition.create, present, inspection)
    : viewStatements(aggregate, definition.create, present, inspection);
}

const isMadeAgain = (aggregate: Aggregate) =>
  `aggregates/${aggregate.name}.sql has changed: ${aggregate.name} is dropped and created again, with its grants`;

function materializedStatements(
  aggregate: Aggregate,
  create: Fragment,
  present: FoundAggregate | undefined,
  inspection: Inspection,
): Made {
  const [schema, name] = splitName(aggregate.name);
  const view = table({ schema, name });
  const definition = hash(aggregate.sql);
  if (present?.definition === definition) {
    return { statements: [render("prepare/refresh_materialized_view", { refreshed: view })], isMade: false };
  }
  if (present !== undefined && present.boundView !== null) {
    throw new Refusal(
      "DependentViews",
      `aggregates/${aggregate.name}.sql has changed, so ${aggregate.name} must be dropped and created again, but the view ${present.boundView} is bound to it. ` +
        `Nothing was loaded. Drop ${present.boundView}, or make it late-binding (WITH NO SCHEMA BINDING), then start a new execution; or undo the change to the file.`,
    );
  }
  const drop = render("prepare/drop_materialized_view", { dropped: view });
  return {
    statements: [
      ...remade(aggregate, [drop, create], inspection),
      render("prepare/note_aggregate", {
        schema: literal(schema),
        view: literal(name),
        definition: literal(definition),
      }),
    ],
    isMade: true,
    ...(present !== undefined && { warning: isMadeAgain(aggregate) }),
  };
}

function viewStatements(
  aggregate: Aggregate,
  create: Fragment,
  present: FoundAggregate | undefined,
  inspection: Inspection,
): Made {
  const [schema, name] = splitName(aggregate.name);
  const view = table({ schema, name });
  const comment = `Made from aggregates/${aggregate.name}.sql (${hash(aggregate.sql)})`;
  if (present?.comment === comment) return { statements: [], isMade: false };
  // Last: only a view that is complete bears the mark of its file.
  const mark = render("prepare/comment_on_view", { target: view, comment: literal(comment) });
  // What is bound to the view can only stay if the view does: with other columns Redshift refuses.
  if (present !== undefined && present.boundView !== null)
    return { statements: [create, ...readersOf(view, inspection), mark], isMade: true };
  const drop = render("prepare/drop_view", { dropped: view });
  return {
    statements: [...remade(aggregate, [drop, create], inspection), mark],
    isMade: true,
    ...(present !== undefined && { warning: isMadeAgain(aggregate) }),
  };
}

/** A view that is created, or created again with the grants that it had. Every statement may be repeated. */
function remade(aggregate: Aggregate, made: readonly Fragment[], inspection: Inspection): Fragment[] {
  const [schema, name] = splitName(aggregate.name);
  const place = { schema: literal(schema), view: literal(name) };
  return [
    render("prepare/keep_grants", place),
    ...made,
    ...readersOf(table({ schema, name }), inspection),
    render("prepare/give_back_grants", place),
  ];
}

const readersOf = (granted: Fragment, { hasReaders }: Inspection): Fragment[] =>
  hasReaders
    ? [
        render("prepare/grant", {
          privilege: expression`SELECT`,
          granted,
          grantee: expression`GROUP ${identifier(warehouseUsers().readers)}`,
          option: nothing,
        }),
      ]
    : [];

const hash = (text: string) => createHash("sha256").update(text, "utf8").digest("hex").slice(0, 12);

interface AggregateDefinition {
  readonly kind: "view" | "materialized view";
  readonly create: Fragment;
}

/** A file holds CREATE [OR REPLACE] VIEW or CREATE MATERIALIZED VIEW of its own name, or only the query of a view. */
function readAggregate(aggregate: Aggregate): AggregateDefinition {
  const text = withoutLead(aggregate.sql)
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
