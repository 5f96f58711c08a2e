import { createHash } from "node:crypto";
import { z } from "zod";
import type { Question } from "../sql/inspect.js";

/** What was found at the target, from the rows of the inspection (sql/inspect/*.sql). */

const text = z.string();
const count = z.union([z.number(), z.string().regex(/^\d+$/)]).transform(Number);
const flag = z
  .union([z.boolean(), z.number(), z.enum(["0", "1", "true", "false"])])
  .transform((value) => value === true || value === 1 || value === "1" || value === "true");
const kind = z.enum(["table", "view", "materialized view"]);

const sessionRow = z.tuple([text, text, count, count, flag, count]);
const relationRow = z.tuple([text, text, kind, text, flag, flag, flag, flag]);
const columnRow = z.tuple([text, text, flag, flag]);
const commentRow = z.tuple([text, text]);
const keyRow = z.tuple([text, text]);
const viewRow = z.tuple([text]);
const aggregateRow = z.tuple([text, text, kind, text, text, text]);

const designRow = z.tuple([text, text, flag, z.coerce.number().int(), z.enum(["always", "by default", "never"])]);
const wideRow = z.tuple([text, text, flag, flag, text]);
const storedRow = z.tuple([text, flag, z.coerce.number().int(), z.enum(["a", "d", ""])]);
const distributionRow = z.tuple([z.enum(["even", "key", "all", "auto"])]);

/** A row of findings.sql: the question, a number that orders the answers, the values of the answer with tabs between. */
const findingRow = z.tuple([text, z.unknown(), text]);

/**
 * As the state machine passes it on: findings, of a wide target in pages, and pairs of what the materialized aggregates were
 * made from, if there are any.
 */
export const InspectionResults = z
  .array(z.looseObject({ rows: z.array(z.union([findingRow, z.tuple([text, text])])) }))
  .min(1);
export type InspectionResults = z.infer<typeof InspectionResults>;

export interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly kind: z.infer<typeof kind>;
  readonly owner: string;
  readonly maySelect: boolean;
  readonly mayInsert: boolean;
  readonly mayUpdate: boolean;
  readonly mayDelete: boolean;
}

export interface FoundColumn {
  readonly name: string;
  /** As FORMAT_TYPE shows it: `character varying(32)`. */
  readonly type: string;
  readonly isNotNull: boolean;
  readonly hasDefault: boolean;
}

export interface FoundAggregate {
  readonly schema: string;
  readonly name: string;
  readonly kind: z.infer<typeof kind>;
  readonly owner: string;
  /** A view that is bound to it, `schema.name`; null for none. */
  readonly boundView: string | null;
  readonly comment: string;
  /** The hash of the file that a materialized view was made from; null when nobody noted it. */
  readonly definition: string | null;
}

/** How a column is stored. */
export interface FoundDesign {
  readonly name: string;
  readonly encoding: string;
  readonly isDistributionKey: boolean;
  /** 0: not in the sort key; negative only in an interleaved one. */
  readonly sortPosition: number;
  /** Whether it fills itself; `always`: nobody else may. */
  readonly identity: "always" | "by default" | "never";
}

export interface Inspection {
  readonly loadingUser: string;
  readonly database: string;
  readonly hasSchema: boolean;
  readonly mayCreateTables: boolean;
  readonly mayCreateSchemas: boolean;
  readonly hasReaders: boolean;
  readonly relations: readonly Relation[];
  /** Empty when there is no target. */
  readonly columns: readonly FoundColumn[];
  /** Of the table beside a history, in their order; empty when there is none. */
  readonly statements: readonly FoundColumn[];
  /** The beginning of each comment's MD5 (commentHash), by column name; '' is the table's. */
  readonly comments: ReadonlyMap<string, string>;
  /** How a column is protected, as its comment says (contract/protection-file.ts, markOf), by column name. */
  readonly marks: ReadonlyMap<string, string>;
  /** The key that a column stands in, by column name. */
  readonly keys: ReadonlyMap<string, string>;
  /** A view that is bound to the target, `schema.name`; null for none. */
  readonly boundView: string | null;
  readonly aggregates: readonly FoundAggregate[];
  readonly design: readonly FoundDesign[];
  /** Null when it is not known. */
  readonly distribution: "even" | "key" | "all" | "auto" | null;
}

/** The inspection's result does not have the rows that its statements select: another version wrote them. */
export class InspectionInvalid extends Error {
  override readonly name = "InspectionInvalid";
}

/** @param results as run-statements answers. @throws InspectionInvalid */
export function readInspection(results: unknown): Inspection {
  const outer = InspectionResults.safeParse(results);
  if (!outer.success) {
    throw new InspectionInvalid(
      `the inspection's answer has an unexpected shape (${z.prettifyError(outer.error)}). Start a new execution.`,
    );
  }
  const rows = outer.data.flatMap((result) => result.rows);
  const findings = rows.flatMap((row) => (row.length === 3 ? [row] : []));
  const madeFrom = new Map(rows.flatMap((row) => (row.length === 2 ? [row] : [])));
  const all = <Row extends z.ZodTuple>(
    question: Question | "wide" | "wide_statements" | "stored",
    row: Row,
  ): z.infer<Row>[] => {
    const answers = findings
      .filter(([answered]) => answered === question)
      .map(([, , found]) => valuesOf(found, row.def.items.length));
    const parsed = z.array(row).safeParse(answers);
    if (parsed.success) return parsed.data;
    throw new InspectionInvalid(
      `the inspection '${question}' answered with rows of an unexpected shape (${z.prettifyError(parsed.error)}). Start a new execution.`,
    );
  };
  const [session] = all("session", sessionRow);
  if (session === undefined) throw new InspectionInvalid("the inspection 'session' has no row. Start a new execution.");
  const wide = all("wide", wideRow);
  const comments: readonly (readonly [string, string])[] = [
    ...all("comments", commentRow),
    ...wide.flatMap(([name, , , , hash]) => (hash === "" ? [] : [[name, hash] as const])),
  ];
  const [loadingUser, database, schemas, creatable, mayCreateSchemas, readerGroups] = session;
  return {
    loadingUser,
    database,
    hasSchema: schemas > 0,
    mayCreateTables: creatable > 0,
    mayCreateSchemas,
    hasReaders: readerGroups > 0,
    relations: all("relations", relationRow).map(
      ([schema, name, kind, owner, maySelect, mayInsert, mayUpdate, mayDelete]) => ({
        schema,
        name,
        kind,
        owner,
        maySelect,
        mayInsert,
        mayUpdate,
        mayDelete,
      }),
    ),
    columns: [...all("columns", columnRow), ...wide].map(foundColumn),
    statements: [...all("statements", columnRow), ...all("wide_statements", wideRow)].map(foundColumn),
    comments: new Map(comments.map(([name, found]) => [name, found.slice(0, hashDigits)])),
    marks: new Map(
      comments.flatMap(([name, found]) => (found.length > hashDigits ? [[name, found.slice(hashDigits + 1)]] : [])),
    ),
    keys: new Map(all("keys", keyRow)),
    boundView: all("bound_view", viewRow)[0]?.[0] ?? null,
    aggregates: all("aggregates", aggregateRow).map(([schema, name, kind, owner, boundView, comment]) => ({
      ...{ schema, name, kind, owner, comment },
      boundView: boundView === "" ? null : boundView,
      definition: madeFrom.get(`${schema}.${name}`) ?? null,
    })),
    design: [...all("design", designRow), ...wideDesign(wide, all("stored", storedRow))].map(
      ([name, encoding, isDistributionKey, sortPosition, identity]) => ({
        name,
        encoding,
        isDistributionKey,
        sortPosition,
        identity,
      }),
    ),
    distribution: all("distribution", distributionRow)[0]?.[0] ?? null,
  };
}

const foundColumn = ([name, type, isNotNull, hasDefault]: z.infer<typeof columnRow> | z.infer<typeof wideRow>) => ({
  ...{ name, type, isNotNull, hasDefault },
});

/** As design.sql would have it, the columns in their order; nothing where the loading user may not see it. */
function wideDesign(wide: readonly z.infer<typeof wideRow>[], stored: readonly z.infer<typeof storedRow>[]) {
  if (wide.length !== stored.length) return [];
  return stored.map(([encoding, isDistributionKey, sortPosition, kind], at): z.infer<typeof designRow> => {
    const identity = kind === "a" ? "always" : kind === "d" ? "by default" : "never";
    return [wide[at]?.[0] ?? "", encoding, isDistributionKey, sortPosition, identity];
  });
}

const hashDigits = 12;

/** What the inspection shows of a comment. */
export const commentHash = (comment: string): string =>
  createHash("md5").update(comment, "utf8").digest("hex").slice(0, hashDigits);

/** The values of an answer; only the last may hold tabs itself. */
function valuesOf(found: string, count: number): string[] {
  const parts = found.split("\t");
  return [...parts.slice(0, count - 1), ...(parts.length < count ? [] : [parts.slice(count - 1).join("\t")])];
}

export const findRelation = (inspection: Pick<Inspection, "relations">, schema: string | null, name: string) =>
  inspection.relations.find((relation) => relation.schema === schema && relation.name === name);
