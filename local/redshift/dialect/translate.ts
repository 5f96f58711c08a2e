import { NotSupportedLocally, RedshiftError } from "./errors.js";
import { type Finding, guard } from "./guard.js";
import { translateBody } from "./procedure-body.js";
import { readStatement } from "./statements.js";
import { type Token, tokenize } from "./tokens.js";
import type { Draft, Translation } from "./translation.js";
import { loadParser, parseOne } from "./tree.js";
import { checkQualified } from "./views.js";

/** Statements that only the leader node sees may use what only it has. */
const WITHOUT_ROWS: ReadonlySet<string> = new Set(["SET", "RESET", "SHOW", "COMMENT", "GRANT", "REVOKE"]);
const CHANGES: ReadonlySet<string> = new Set([
  "INSERT",
  "UPDATE",
  "DELETE",
  "MERGE",
  "CREATE TABLE AS",
  "CREATE MATERIALIZED VIEW",
]);

/** What lives on the leader node alone cannot be used together with tables of users (C10.11). */
function checkLeaderNode(draft: Draft, finding: Finding): void {
  if (WITHOUT_ROWS.has(draft.command)) return;
  const usesLeader = finding.leaderFunctions.length > 0 || finding.relations.leader.length > 0;
  const touchesTables = finding.relations.reads.length > 0 || CHANGES.has(draft.command);
  if (usesLeader && touchesTables) {
    throw new RedshiftError("Specified types or functions (one per INFO message) not supported on Redshift tables.");
  }
}

const NOTHING: Pick<Translation, "reads" | "writes"> = { reads: [], writes: [] };

/** Checks what a statement's reader made, and says how to run it. */
function finish(draft: Draft): Translation {
  const steps = [...(draft.runs ?? [draft.sql]), ...(draft.after ?? [])];
  const common = {
    command: draft.command,
    steps,
    hasRows: draft.command === "SELECT" || draft.command === "SHOW" || draft.command === "CALL",
    ...(draft.before && { before: draft.before }),
    ...(draft.refusedInBlock !== undefined && { refusedInBlock: draft.refusedInBlock }),
    ...(draft.commits && { commits: true }),
    ...(draft.runsAlone && { runsAlone: true }),
    ...(draft.copy && { copy: draft.copy }),
    ...(draft.lateBindingView && { lateBindingView: draft.lateBindingView }),
  };
  if (draft.sql === "") return { ...common, ...NOTHING };
  const node = parseOne(draft.sql);
  if (node.kind !== draft.node) throw new NotSupportedLocally(`${draft.command} of this form`);
  const finding = guard(node, { isCall: node.kind === "CallStmt" });
  checkLeaderNode(draft, finding);
  if (draft.lateBindingView) checkQualified(finding.relations.reads);
  return { ...common, reads: finding.relations.reads, writes: finding.relations.writes };
}

/** Translates one statement that is already cut into tokens. The parser must have been loaded. */
export function translateTokens(tokens: readonly Token[]): Translation {
  const draft = readStatement(tokens);
  if (draft.procedureBody === undefined) return finish(draft);
  const body = translateBody(draft.procedureBody, translateTokens);
  return finish({ ...draft, sql: `${draft.sql}$rs$${body}$rs$` });
}

/** Loads send the same statements again and again, and procedures take long. The oldest is forgotten. */
const translated = new Map<string, Translation>();
const MOST_REMEMBERED = 500;

/** Translates one statement of Redshift SQL.
 * @throws RedshiftError as Redshift would answer, NotSupportedLocally for what the local account does not promise. */
export async function translate(sql: string): Promise<Translation> {
  const known = translated.get(sql);
  if (known !== undefined) return known;
  await loadParser();
  const translation = translateTokens(tokenize(sql));
  for (const oldest of translated.keys()) {
    if (translated.size < MOST_REMEMBERED) break;
    translated.delete(oldest);
  }
  translated.set(sql, translation);
  return translation;
}
