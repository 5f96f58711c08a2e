import { NotSupportedLocally, RedshiftError } from "./errors.js";
import type { Reader } from "./reader.js";
import { makeString, nameOf, stringValue, type Token, toText } from "./tokens.js";
import type { Draft } from "./translation.js";

/** Parameters of a session: those of PostgreSQL that mean the same, and those that are only kept. */
const NATIVE: ReadonlySet<string> = new Set([
  "statement_timeout",
  "search_path",
  "datestyle",
  "timezone",
  "extra_float_digits",
]);
const KEPT: ReadonlySet<string> = new Set([
  "application_name",
  "query_group",
  "wlm_query_slot_count",
  "analyze_threshold_percent",
  "enable_result_cache_for_session",
  "describe_field_name_in_uppercase",
  "mv_enable_aqmv_for_session",
  "json_serialization_enable",
]);

function localName(name: string): string {
  if (NATIVE.has(name)) return name;
  if (KEPT.has(name)) return `rs.${name}`;
  throw new NotSupportedLocally(`the parameter ${name}`);
}

function readValue(tokens: readonly Token[]): string {
  if (tokens.length === 0) throw new RedshiftError("syntax error at end of input");
  return toText(tokens.map((token) => (token.kind === "string" ? makeString(stringValue(token)) : token)));
}

function assignment(reader: Reader): { readonly name: string; readonly value: readonly Token[] } {
  const name = nameOf(reader.identifier());
  if (!reader.accept("to")) reader.expect("=");
  return { name, value: reader.rest() };
}

/** What every session of a user begins with: SET and RESET of ALTER USER, from that word on. */
export function userParameter(reader: Reader): string {
  if (reader.accept("set")) {
    const { name, value } = assignment(reader);
    return `SET ${localName(name)} TO ${readValue(value)}`;
  }
  reader.expect("reset");
  const name = nameOf(reader.identifier());
  reader.end();
  return `RESET ${localName(name)}`;
}

/** SET, from the word after it. */
export function setParameter(reader: Reader): Draft {
  if (reader.isNext("session", "authorization") || reader.isNext("session", "characteristics"))
    throw new NotSupportedLocally("SET SESSION AUTHORIZATION");
  const scope = reader.accept("local") ? "LOCAL " : "";
  reader.accept("session");
  if (reader.accept("time", "zone")) {
    return { command: "SET", node: "VariableSetStmt", sql: `SET ${scope}timezone TO ${readValue(reader.rest())}` };
  }
  const { name, value } = assignment(reader);
  if (name === "enable_case_sensitive_identifier" && !["false", "off", "'off'", "'false'"].includes(toText(value))) {
    throw new NotSupportedLocally("enable_case_sensitive_identifier");
  }
  if (name === "enable_case_sensitive_identifier")
    return { command: "SET", node: "", sql: "", runs: ["SELECT 1 WHERE false"] };
  return { command: "SET", node: "VariableSetStmt", sql: `SET ${scope}${localName(name)} TO ${readValue(value)}` };
}

export function resetParameter(reader: Reader): Draft {
  if (reader.isNext("all")) throw new NotSupportedLocally("RESET ALL");
  const name = nameOf(reader.identifier());
  reader.end();
  return { command: "RESET", node: "VariableSetStmt", sql: `RESET ${localName(name)}` };
}

export function showParameter(reader: Reader): Draft {
  const name = nameOf(reader.identifier());
  reader.end();
  const local = localName(name);
  const fallback = name === "query_group" ? "default" : "";
  return {
    command: "SHOW",
    node: "",
    sql: "",
    runs: [`SELECT coalesce(nullif(current_setting('${local}', true), ''), '${fallback}') AS ${name}`],
  };
}
