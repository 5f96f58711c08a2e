import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * How often the statements of a load look through its tables: read from the text of the statements, and for a CALL from
 * the text of the procedure. A table keeps its scans when it is renamed, so that the two of a swap are told apart.
 */

/** What is read of a table: its name behind one of these words. INSERT INTO a table reads nothing of it. */
const readWords = "FROM|JOIN|USING|UPDATE|MERGE INTO";

interface Procedure {
  readonly parameters: readonly string[];
  readonly body: string;
}

const procedures = new Map<string, Procedure>();

function procedureOf(name: string): Procedure {
  const known = procedures.get(name);
  if (known !== undefined) return known;
  const text = readFileSync(fileURLToPath(new URL(`../sql/warehouse/${name}.sql`, import.meta.url)), "utf8");
  const [, list = "", body = ""] = /PROCEDURE sluice\.\w+\(([\s\S]*?)\)\s*AS \$\$([\s\S]*)\$\$/.exec(text) ?? [];
  const parameters = [...list.matchAll(/(?:^|,)\s*(?:INOUT )?(\w+) /g)].map(([, parameter = ""]) => parameter);
  const procedure = { parameters, body };
  procedures.set(name, procedure);
  return procedure;
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
const times = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

/** The most that one way through a body reads: of IF and ELSE only the longer branch counts. */
function readsInBody(body: string, parameter: string): number {
  const read = new RegExp(`(?:${readWords}) ' \\|\\| ${parameter}\\b`, "g");
  const branches = /\bIF\b(?:(?!\bEND IF\b)[\s\S])*?\bELSE\b[\s\S]*?\bEND IF\b/g;
  const inBranches = (body.match(branches) ?? []).map((branch) =>
    Math.max(...branch.split(/\bELSE\b/).map((way) => times(way, read))),
  );
  return times(body.replaceAll(branches, ""), read) + inBranches.reduce((sum, reads) => sum + reads, 0);
}

/** How often one statement looks through a table: not where it asks for no rows. @param table its quoted name, as the statement has it */
export function scansOf(statement: string, table: string): number {
  const call = /^CALL sluice\.(\w+)\(([\s\S]*)\)$/.exec(statement);
  if (call === null)
    return times(statement, new RegExp(`(?:${readWords}) ${escaped(table)}(?![\\w".]| WHERE FALSE$)`, "g"));
  const { parameters, body } = procedureOf(call[1] ?? "");
  const given = [...(call[2] ?? "").matchAll(/'((?:[^']|'')*)'|[^,\s]+/g)].map(([, text]) => text);
  return given.reduce((sum, text, place) => {
    const parameter = parameters[place];
    return text === table && parameter !== undefined ? sum + readsInBody(body, parameter) : sum;
  }, 0);
}

export interface Scans {
  /** The quoted name that the table had at first. */
  readonly table: string;
  readonly statements: readonly string[];
}

/** Which statements look through which of the tables, each as often as it does. */
export function scansOfLoad(statements: readonly string[], tables: readonly string[]): Scans[] {
  const found = tables.map((table) => ({ table, present: table, statements: [] as string[] }));
  for (const statement of statements) {
    for (const { present, statements: reads } of found) {
      for (let n = scansOf(statement, present); n > 0; n--) reads.push(shortened(statement));
    }
    const [, schema, from, to] = /^ALTER TABLE ("[^"]+")\.("[^"]+") RENAME TO ("[^"]+")$/.exec(statement) ?? [];
    const renamed = found.find(({ present }) => present === `${schema}.${from}`);
    if (renamed !== undefined) renamed.present = `${schema}.${to}`;
  }
  return found;
}

/** What a statement is, for a person: its verb, or the procedure that it calls. */
export const shortened = (statement: string): string =>
  /^(?:CALL [\w.]+|\w+(?: (?:TEMPORARY|TABLE|INTO|FROM))*)/.exec(statement)?.[0] ?? statement;
