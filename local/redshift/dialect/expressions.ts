import { NotSupportedLocally, syntaxError } from "./errors.js";
import { isWordOrOperator } from "./reader.js";
import { RESERVED_IN_REDSHIFT_ONLY } from "./reserved.js";
import { makeOperator, makeString, makeWord, type Token } from "./tokens.js";

/** Redshift functions whose PostgreSQL namesake means something else, and the function that means the same. */
const RENAMED: Readonly<Record<string, string>> = {
  nvl: "coalesce",
  concat: "rs_concat",
  avg: "rs_avg",
  regexp_replace: "rs_regexp_replace",
  lower: "rs_lower",
  upper: "rs_upper",
  initcap: "rs_initcap",
  round: "rs_round",
};

/** Functions whose first argument is a bare date part. */
const WITH_DATE_PART: ReadonlySet<string> = new Set(["dateadd", "datediff", "date_part", "date_add", "date_diff"]);

const NOT_SIMULATED: ReadonlySet<string> = new Set([
  "qualify",
  "pivot",
  "unpivot",
  "listagg",
  "datashare",
  "approximate",
]);

const MAX_PRECISION = 38;

interface Rewriter {
  readonly tokens: readonly Token[];
  readonly out: Token[];
  at: number;
}

function isCall(state: Rewriter): boolean {
  return isWordOrOperator(state.tokens[state.at + 1], "(") && !isWordOrOperator(state.tokens[state.at - 1], ".");
}

function rewriteDatePart(state: Rewriter, token: Token): void {
  const part = state.tokens[state.at + 2];
  state.out.push(token, makeOperator("("));
  if (part === undefined) throw syntaxError("");
  state.out.push(part.kind === "word" ? makeString(part.text) : part);
  state.at += 2;
}

/** DECIMAL without a precision is DECIMAL(18,0); VARCHAR(MAX) is VARCHAR(65535). */
function rewriteType(state: Rewriter, token: Token): boolean {
  const next = state.tokens[state.at + 1];
  if (token.text === "decimal" || token.text === "numeric") {
    if (isWordOrOperator(next, ".")) return false;
    state.out.push(token);
    if (!isWordOrOperator(next, "(")) for (const text of ["(", "18", ",", "0", ")"]) state.out.push(makeOperator(text));
    else if (Number(state.tokens[state.at + 2]?.text) > MAX_PRECISION) {
      throw new NotSupportedLocally(`a DECIMAL of more than ${MAX_PRECISION} digits`);
    }
    return true;
  }
  if (
    token.text === "nvarchar" ||
    ((token.text === "varchar" || token.text === "varying") && isWordOrOperator(state.tokens[state.at + 2], "max"))
  ) {
    state.out.push(token.text === "nvarchar" ? makeWord("varchar") : token);
    if (isWordOrOperator(next, "(") && isWordOrOperator(state.tokens[state.at + 2], "max")) {
      for (const text of ["(", "65535", ")"]) state.out.push(makeOperator(text));
      state.at += 3;
    }
    return true;
  }
  return false;
}

function checkReserved(state: Rewriter, token: Token): void {
  const next = state.tokens[state.at + 1];
  if (NOT_SIMULATED.has(token.text)) throw new NotSupportedLocally(token.text.toUpperCase());
  if (token.text === "top" && next?.kind === "number") throw new NotSupportedLocally("TOP");
  if (!RESERVED_IN_REDSHIFT_ONLY.has(token.text)) return;
  if (token.text === "partition" && isWordOrOperator(next, "by")) return;
  if (token.text === "nulls" && (isWordOrOperator(next, "first") || isWordOrOperator(next, "last"))) return;
  if ((token.text === "ignore" || token.text === "respect") && isWordOrOperator(next, "nulls")) {
    throw new NotSupportedLocally(`${token.text.toUpperCase()} NULLS`);
  }
  if (token.text === "identity" && isWordOrOperator(state.tokens[state.at - 1], "as")) return;
  throw syntaxError(token.text);
}

function rewriteWord(state: Rewriter, token: Token): void {
  const isQualified = isWordOrOperator(state.tokens[state.at - 1], ".");
  if (token.text === "pg_constraint" && (!isQualified || isWordOrOperator(state.tokens[state.at - 2], "pg_catalog"))) {
    // Keys are kept aside, since PostgreSQL would enforce them.
    state.out.push(makeWord("rs_constraint"));
    return;
  }
  if (isQualified) {
    state.out.push(token);
    return;
  }
  if (token.text === "sysdate" && !isWordOrOperator(state.tokens[state.at + 1], "(")) {
    for (const text of ["pg_catalog", ".", "sysdate", "(", ")"]) state.out.push(makeOperator(text));
    return;
  }
  if (token.text === "current_date") {
    for (const text of ["pg_catalog", ".", "getdate", "(", ")", "::", "date"]) state.out.push(makeOperator(text));
    return;
  }
  if (token.text === "minus") {
    state.out.push(makeWord("except"));
    return;
  }
  if (WITH_DATE_PART.has(token.text) && isCall(state)) {
    rewriteDatePart(state, token);
    return;
  }
  if (rewriteType(state, token)) return;
  const renamed = RENAMED[token.text];
  if (renamed !== undefined && isCall(state)) {
    state.out.push(makeWord(renamed));
    return;
  }
  if (token.text.startsWith("rs_") && isCall(state))
    throw new NotSupportedLocally(`the function ${token.text.toUpperCase()}`);
  checkReserved(state, token);
  state.out.push(token);
}

/** Turns Redshift's expressions into PostgreSQL's that mean the same.
 * @throws RedshiftError for words that Redshift reserves, NotSupportedLocally for what is not simulated. */
export function rewriteExpressions(tokens: readonly Token[]): readonly Token[] {
  const state: Rewriter = { tokens, out: [], at: 0 };
  for (; state.at < tokens.length; state.at++) {
    const token = tokens[state.at];
    if (token === undefined) break;
    const next = tokens[state.at + 1];
    if (token.kind === "word") rewriteWord(state, token);
    else if (token.text === "#" && !token.isGlued && next?.kind === "word" && next.isGlued) {
      state.out.push({ kind: "quoted", text: `"#${next.text}"`, isGlued: false });
      state.at++;
    } else state.out.push(token);
  }
  return state.out;
}

/** The name that Redshift gives to an unnamed column of a renamed function. */
export function originalColumnName(name: string): string {
  return name.startsWith("rs_") ? name.slice(3) : name;
}
