import { NotSupportedLocally } from "./errors.js";
import { findTopLevel, isWordOrOperator, Reader } from "./reader.js";
import { makeOperator, makeWord, type Token, toText } from "./tokens.js";
import type { Draft } from "./translation.js";
import { roleName } from "./users.js";

function quoted(text: string): Token {
  return { kind: "quoted", text, isGlued: false };
}

/** `GROUP g`, `ROLE r`, `u`, `PUBLIC`, each a role of PostgreSQL. */
function readGrantees(tokens: readonly Token[]): readonly Token[] {
  const reader = new Reader(tokens);
  const out: Token[] = [];
  do {
    if (out.length > 0) out.push(makeOperator(","));
    if (reader.accept("group")) out.push(quoted(roleName("group", reader.identifier())));
    else if (reader.accept("role")) out.push(quoted(roleName("role", reader.identifier())));
    else if (reader.accept("public")) out.push(makeWord("public"));
    else {
      reader.accept("user");
      out.push(quoted(roleName("user", reader.identifier())));
    }
  } while (reader.accept(","));
  out.push(...reader.rest());
  return out;
}

function checkPrivileges(tokens: readonly Token[], end: number): void {
  const refused = tokens
    .slice(0, end)
    .find(
      (token) => ["drop", "alter", "explain", "ignore", "assumerole"].includes(token.text) && token.kind === "word",
    );
  if (refused !== undefined) throw new NotSupportedLocally(`the privilege ${refused.text.toUpperCase()}`);
}

const NOT_SIMULATED = ["datashare", "language", "job", "copy", "external", "model", "masking", "rls"];

/** GRANT and REVOKE, from the word after it. */
export function grant(reader: Reader, verb: "GRANT" | "REVOKE"): Draft {
  const tokens = reader.rest();
  const preposition = verb === "GRANT" ? "to" : "from";
  const at = findTopLevel(tokens, [preposition]);
  if (at < 0) throw new Reader(tokens.slice(tokens.length)).unexpected();
  const what = tokens.slice(0, at);
  const grantees = readGrantees(tokens.slice(at + 1));
  if (isWordOrOperator(what[0], "role")) return grantRole(what, grantees, verb);
  const on = findTopLevel(what, ["on"]);
  if (on < 0) throw new NotSupportedLocally(`${verb} of a system privilege`);
  checkPrivileges(what, on);
  const object = what[on + 1];
  if (object?.kind === "word" && NOT_SIMULATED.includes(object.text))
    throw new NotSupportedLocally(`${verb} ON ${object.text.toUpperCase()}`);
  return { command: verb, node: "GrantStmt", sql: `${verb} ${toText(what)} ${preposition} ${toText(grantees)}` };
}

function grantRole(what: readonly Token[], grantees: readonly Token[], verb: "GRANT" | "REVOKE"): Draft {
  const reader = new Reader(what.slice(1));
  const roles: string[] = [];
  do roles.push(roleName("role", reader.identifier()));
  while (reader.accept(","));
  reader.end();
  const preposition = verb === "GRANT" ? "TO" : "FROM";
  return {
    command: verb,
    node: "GrantRoleStmt",
    sql: `${verb} ${roles.join(", ")} ${preposition} ${toText(grantees)}`,
  };
}

/** ALTER DEFAULT PRIVILEGES, from the word after it. */
export function alterDefaultPrivileges(reader: Reader): Draft {
  const tokens = reader.rest();
  const at = Math.max(findTopLevel(tokens, ["grant"]), findTopLevel(tokens, ["revoke"]));
  const action = new Reader(tokens.slice(Math.max(at, 0)));
  const verb = action.accept("grant") ? "GRANT" : "REVOKE";
  if (verb === "REVOKE") action.expect("revoke");
  const rest = action.rest().map((token) => (isWordOrOperator(token, "procedures") ? makeWord("routines") : token));
  const preposition = verb === "GRANT" ? "to" : "from";
  const to = findTopLevel(rest, [preposition]);
  if (to < 0) throw action.unexpected();
  const head = `ALTER DEFAULT PRIVILEGES ${toText(tokens.slice(0, at))} ${verb} ${toText(rest.slice(0, to))}`;
  return {
    command: "ALTER DEFAULT PRIVILEGES",
    node: "AlterDefaultPrivilegesStmt",
    sql: `${head} ${preposition} ${toText(readGrantees(rest.slice(to + 1)))}`,
  };
}
