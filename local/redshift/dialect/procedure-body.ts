import { readColumnType } from "./create-table.js";
import { checkDynamic } from "./dynamic-sql.js";
import { NotSupportedLocally, RedshiftError, syntaxError } from "./errors.js";
import { rewriteExpressions } from "./expressions.js";
import { findTopLevel, isWordOrOperator, Reader, splitTopLevel } from "./reader.js";
import { makeOperator, makeWord, type Token, toText } from "./tokens.js";
import type { Inner } from "./translation.js";

/** Words that open a statement of SQL in a body. */
const SQL: ReadonlySet<string> = new Set(
  "select with insert update delete merge create drop alter grant revoke call lock analyze comment set reset".split(
    " ",
  ),
);

/** Checks an expression as a query would hold it. */
function expression(tokens: readonly Token[], inner: Inner): string {
  if (tokens.length === 0) throw syntaxError(";");
  inner([makeWord("select"), makeOperator("("), ...tokens, makeOperator(")")]);
  return toText(rewriteExpressions(tokens));
}

/** Takes tokens up to one of the words that stands outside of parentheses and of CASE. */
function takeUntil(reader: Reader, ...ends: readonly string[]): readonly Token[] {
  const taken: Token[] = [];
  let depth = 0;
  let cases = 0;
  while (!(depth === 0 && cases === 0 && ends.some((end) => reader.isNext(end)))) {
    const token = reader.next();
    if (isWordOrOperator(token, "(")) depth++;
    if (isWordOrOperator(token, ")")) depth--;
    if (isWordOrOperator(token, "case")) cases++;
    if (isWordOrOperator(token, "end") && cases > 0) cases--;
    taken.push(token);
  }
  return taken;
}

function declaration(tokens: readonly Token[], inner: Inner): string {
  const reader = new Reader(tokens);
  const name = reader.identifier();
  if (reader.isNext("alias") || reader.isNext("cursor"))
    throw new NotSupportedLocally(`DECLARE … ${reader.next().text.toUpperCase()}`);
  const constant = reader.accept("constant") ? "CONSTANT " : "";
  const type = reader.accept("record") ? "record" : toText(rewriteExpressions(declaredType(reader)));
  const notNull = reader.accept("not", "null") ? " NOT NULL" : "";
  if (reader.isAtEnd) return `${toText([name])} ${constant}${type}${notNull};`;
  if (!reader.accept(":=") && !reader.accept("default")) reader.expect("=");
  return `${toText([name])} ${constant}${type}${notNull} := ${expression(reader.rest(), inner)};`;
}

function declaredType(reader: Reader): readonly Token[] {
  if (reader.peek(1)?.text === "." || reader.peek(1)?.text === "%") throw new NotSupportedLocally("%TYPE and %ROWTYPE");
  // A variable is not a column: without a length there is no limit.
  const first = reader.peek();
  if ((first?.text === "varchar" || first?.text === "text") && !isWordOrOperator(reader.peek(1), "("))
    return [reader.next()];
  return readColumnType(reader);
}

/** RAISE takes variables for its placeholders, not expressions, and no USING. */
function raise(reader: Reader): string {
  const level = reader.peek()?.kind === "word" ? reader.next().text : "exception";
  if (!["exception", "notice", "info", "log", "warning"].includes(level)) throw syntaxError(level);
  const [format = [], ...args] = splitTopLevel(reader.rest(), ",");
  if (format.length !== 1 || format[0]?.kind !== "string") throw syntaxError(format[0]?.text ?? ";");
  for (const argument of args) {
    const isVariable = argument.every((token, index) =>
      index % 2 === 0 ? token.kind === "word" || token.kind === "quoted" : token.text === ".",
    );
    if (!isVariable || argument.length === 0)
      throw new RedshiftError(`syntax error at or near "${argument[0]?.text ?? ","}": RAISE takes variables only`);
  }
  return `RAISE ${level} ${[format, ...args].map(toText).join(", ")};`;
}

/** SELECT … INTO variables …: the query is checked without the variables. */
function selectInto(tokens: readonly Token[], inner: Inner): string {
  const into = findTopLevel(tokens, ["into"]);
  if (into < 0 || isWordOrOperator(tokens[0], "insert") || isWordOrOperator(tokens[0], "merge"))
    return statement(tokens, inner);
  let end = into + 1;
  if (isWordOrOperator(tokens[end], "strict")) throw new NotSupportedLocally("INTO STRICT");
  for (; end < tokens.length; end++) {
    const token = tokens[end];
    const next = tokens[end + 1];
    if (
      isWordOrOperator(token, ",") ||
      isWordOrOperator(token, ".") ||
      isWordOrOperator(next, ",") ||
      isWordOrOperator(next, ".")
    )
      continue;
    break;
  }
  const query = [...tokens.slice(0, into), ...tokens.slice(end + 1)];
  inner(query);
  const variables = tokens.slice(into, end + 1);
  return `${toText(rewriteExpressions(tokens.slice(0, into)))} ${toText(variables)} ${toText(rewriteExpressions(tokens.slice(end + 1)))};`;
}

/** A statement of SQL, with the steps that record what only Redshift has. */
function statement(tokens: readonly Token[], inner: Inner): string {
  const translation = inner(tokens);
  if (
    translation.copy ||
    translation.lateBindingView ||
    translation.refusedInBlock !== undefined ||
    translation.commits
  ) {
    throw new NotSupportedLocally(`${translation.command} in a procedure`);
  }
  return [...(translation.before ?? []), ...translation.steps]
    .map((step) => `${step.replace(/^SELECT (?=rs\.)/, "PERFORM ")};`)
    .join(" ");
}

function forLoop(reader: Reader, inner: Inner): string {
  const variable = reader.identifier();
  reader.expect("in");
  const range = takeUntil(reader, "loop");
  reader.expect("loop");
  const [from = [], to] = splitTopLevel(range, "..");
  if (to !== undefined)
    return `FOR ${toText([variable])} IN ${expression(from, inner)} .. ${expression(to, inner)} LOOP`;
  if (isWordOrOperator(range[0], "execute"))
    return `FOR ${toText([variable])} IN EXECUTE ${checkDynamic(range.slice(1), inner)} LOOP`;
  inner(range);
  return `FOR ${toText([variable])} IN ${toText(rewriteExpressions(range))} LOOP`;
}

function execute(tokens: readonly Token[], inner: Inner): string {
  if (findTopLevel(tokens, ["using"]) >= 0) throw new NotSupportedLocally("EXECUTE … USING");
  const into = findTopLevel(tokens, ["into"]);
  if (into < 0) return `EXECUTE ${checkDynamic(tokens, inner)};`;
  return `EXECUTE ${checkDynamic(tokens.slice(0, into), inner)} ${toText(tokens.slice(into))};`;
}

/** GET DIAGNOSTICS variable := ROW_COUNT: the one item that Redshift has. */
function rowCount(reader: Reader): string {
  const variable = reader.identifier();
  if (!reader.accept(":=")) reader.expect("=");
  if (!reader.accept("row_count")) throw new NotSupportedLocally("GET DIAGNOSTICS of anything but ROW_COUNT");
  reader.end();
  return `GET DIAGNOSTICS ${toText([variable])} := ROW_COUNT;`;
}

/** One piece of a body, up to its semicolon or the word that opens its block. */
function piece(reader: Reader, inner: Inner): string {
  if (reader.accept("exception", "when"))
    throw new NotSupportedLocally("EXCEPTION in a procedure (Redshift rolls back all the same)");
  for (const word of ["if", "elsif", "elseif"]) {
    if (reader.accept(word)) {
      const condition = expression(takeUntil(reader, "then"), inner);
      reader.expect("then");
      return `${word} ${condition} THEN`;
    }
  }
  if (reader.accept("while")) {
    const condition = expression(takeUntil(reader, "loop"), inner);
    reader.expect("loop");
    return `WHILE ${condition} LOOP`;
  }
  if (reader.accept("for")) return forLoop(reader, inner);
  const text = takeUntil(reader, ";");
  reader.expect(";");
  return simple(text, inner);
}

function simple(tokens: readonly Token[], inner: Inner): string {
  const reader = new Reader(tokens);
  const [first] = tokens;
  if (first === undefined) return ";";
  if (reader.accept("end")) return `END ${toText(reader.rest())};`;
  if (reader.accept("raise")) return raise(reader);
  if (reader.accept("perform"))
    return statement([makeWord("select"), ...reader.rest()], inner).replace(/^select/i, "PERFORM");
  if (reader.accept("execute")) return execute(reader.rest(), inner);
  if (reader.isNext("truncate")) throw new NotSupportedLocally("TRUNCATE in a procedure");
  if (reader.accept("get", "diagnostics")) return rowCount(reader);
  if (reader.isNext("null") || reader.isNext("return")) return `${toText(tokens)};`;
  if ((reader.isNext("commit") || reader.isNext("rollback")) && tokens.length === 1) return `${first.text};`;
  if (reader.isNext("exit") || reader.isNext("continue")) {
    const when = findTopLevel(tokens, ["when"]);
    return when < 0
      ? `${toText(tokens)};`
      : `${toText(tokens.slice(0, when))} WHEN ${expression(tokens.slice(when + 1), inner)};`;
  }
  const assignment = findTopLevel(tokens, [":="]);
  if (assignment > 0)
    return `${toText(tokens.slice(0, assignment))} := ${expression(tokens.slice(assignment + 1), inner)};`;
  if (first.kind === "word" && SQL.has(first.text)) return selectInto(tokens, inner);
  throw new NotSupportedLocally(`${first.text.toUpperCase()} in a procedure`);
}

/** Checks and rewrites a plpgsql body. @throws RedshiftError, NotSupportedLocally */
export function translateBody(tokens: readonly Token[], inner: Inner): string {
  const reader = new Reader(tokens);
  const out: string[] = [];
  while (!reader.isAtEnd) {
    if (reader.accept("declare")) {
      out.push("DECLARE");
      while (!reader.isNext("begin")) {
        out.push(declaration(takeUntil(reader, ";"), inner));
        reader.expect(";");
      }
    } else if (reader.isNext("begin") || reader.isNext("else") || reader.isNext("loop"))
      out.push(reader.next().text.toUpperCase());
    else if (reader.isNext("end") && reader.peek(1) === undefined) {
      reader.next();
      out.push("END;");
    } else out.push(piece(reader, inner));
  }
  const body = out.join("\n");
  if (body.includes("$rs$")) throw new NotSupportedLocally("the text $rs$ in a procedure");
  return `\n${body}\n`;
}
