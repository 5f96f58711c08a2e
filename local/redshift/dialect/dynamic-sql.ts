import { NotSupportedLocally } from "./errors.js";
import { isWordOrOperator, splitTopLevel } from "./reader.js";
import { stringValue, type Token, tokenize, toText } from "./tokens.js";
import type { Inner } from "./translation.js";

/** What a part of a concatenation may stand for in the text: a name or a value; the type of an added column. */
function placeholder(part: readonly Token[], index: number, before: string): string {
  const [first] = part;
  if (part.length === 1 && first?.kind === "string") return stringValue(first);
  if (isWordOrOperator(first, "quote_literal")) return "'x'";
  if (/\bview \S+ as $/i.test(before)) return "select 1";
  return /\badd column \S+ $/i.test(before) ? "integer" : `x${index}`;
}

/** EXECUTE's text is known only when it runs. It is checked with its variables taken as names or literals, and must
 * need no rewriting, since PostgreSQL gets it as it is.
 * @throws NotSupportedLocally, RedshiftError */
export function checkDynamic(tokens: readonly Token[], inner: Inner): string {
  const parts = splitTopLevel(tokens, "||");
  const [head] = parts[0] ?? [];
  // Whom a grant names is known only when it runs: groups and roles get their names of PostgreSQL then.
  if (head?.kind === "string" && /^(?:grant|revoke) /i.test(stringValue(head)))
    return `rs.dynamic_grant(${toText(tokens)})`;
  const sql = parts.reduce((before, part, index) => before + placeholder(part, index, before), "");
  const words = tokenize(sql);
  const translation = inner(words);
  // The check of its columns, which follows it, is not made: the views that a procedure replaces keep theirs.
  if (translation.command === "CREATE VIEW") return toText(tokens);
  const [only, ...after] = translation.steps;
  // rs.dynamic adds it to the text when that runs.
  const more = after.filter((step) => !step.startsWith("SELECT rs.rename_column("));
  const normal = (text: string): string => text.replaceAll(/\s+/g, " ").trim().toLowerCase();
  if (
    more.length > 0 ||
    only === undefined ||
    normal(only) !== normal(toText(words.filter((word) => word.text !== ";")))
  ) {
    throw new NotSupportedLocally(`EXECUTE of a statement that PostgreSQL does not take as it is: ${sql}`);
  }
  // A definition that comes in a variable may say ENCODE, which has to be taken out when it runs.
  return translation.command === "ALTER TABLE" ? `rs.dynamic(${toText(tokens)})` : toText(tokens);
}
