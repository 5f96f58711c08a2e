import { isWordOrOperator, nameLiteral, Reader, splitTopLevel } from "./reader.js";
import { makeString, nameOf, type Token } from "./tokens.js";

function names(list: readonly Token[]): readonly string[] {
  return splitTopLevel(list, ",").map((part) => part.map(nameOf).join(""));
}

function array(values: readonly string[]): string {
  return values.length === 0 ? "'{}'" : `ARRAY[${values.map((value) => makeString(value).text).join(", ")}]`;
}

/** The step that records a foreign key: information for the planner, which nobody enforces (C10.1). */
function note(
  table: readonly Token[],
  constraint: string | undefined,
  columns: readonly string[],
  reader: Reader,
): string {
  reader.expect("references");
  const referenced = reader.name();
  const keys = reader.isNext("(") ? names(reader.parenthesised()) : [];
  const name = constraint === undefined ? "NULL" : makeString(constraint).text;
  return `SELECT rs.note_foreign_key(${nameLiteral(table)}::regclass, ${name}, ${array(columns)}, ${nameLiteral(referenced)}::regclass, ${array(keys)})`;
}

/** `[CONSTRAINT name] FOREIGN KEY (columns) REFERENCES table [(columns)]`; undefined for another constraint. */
export function readForeignKey(table: readonly Token[], tokens: readonly Token[]): string | undefined {
  const reader = new Reader(tokens);
  const constraint = reader.accept("constraint") ? nameOf(reader.identifier()) : undefined;
  if (!reader.accept("foreign", "key")) return undefined;
  const step = note(table, constraint, names(reader.parenthesised()), reader);
  reader.end();
  return step;
}

/** `REFERENCES table [(column)]` of a column, when it is what comes next. */
export function readReference(table: readonly Token[], column: string, reader: Reader): string | undefined {
  return isWordOrOperator(reader.peek(), "references") ? note(table, undefined, [column], reader) : undefined;
}
