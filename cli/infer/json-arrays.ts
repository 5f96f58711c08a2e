import { isList, isObject, type Json, JsonNumber, type JsonObject, joinPath } from "./json-text.js";
import type { Candidate, RecordsPlace } from "./records-place.js";
import type { Field, Value } from "./sample.js";

/** An array that could be a record: several values, none of which holds others. */
export const isRow = (value: Json): value is readonly Json[] =>
  isList(value) && value.length > 1 && value.every((element) => !isList(element) && !isObject(element));

/** Places whose elements are mostly arrays of one length: tables as web services and query engines send them. */
export function arePlacesOfRows(place: Pick<Candidate, "found">): boolean {
  const rows = rowsOf(place);
  const width = commonest(rows);
  const alike = rows.filter((row) => row.length === width);
  if (alike.length < 2 || alike.length < place.found.length * 0.9) return false;
  // Pairs of numbers are points as likely as records, if the document does not name them.
  const arePoints = rows.every((row) => row.length < 4 && row.every((element) => element instanceof JsonNumber));
  return !arePoints || areNamed(place);
}

const rowsOf = ({ found }: Pick<Candidate, "found">) => found.map(({ record }) => record).filter(isRow);

/** Whether the document itself names the columns of such a place. */
export function areNamed(place: Pick<Candidate, "found">): boolean {
  const above = place.found.map((each) => each.above);
  return namesBeside(above, commonest(rowsOf(place))) !== undefined;
}

/** Whether an object has a table of such arrays in it. */
export const holdsTable = (value: JsonObject): boolean =>
  Object.values(value).some((member) =>
    isList(member)
      ? arePlacesOfRows({ found: member.map((record) => ({ record, stars: [], above: [value] })) })
      : isObject(member) && holdsTable(member),
  );

function commonest(rows: readonly (readonly Json[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? 0;
}

/** `[0]`, `[1]` …, named after the document's list of names or after a first record that holds names. */
export function rowFields(
  rows: readonly (readonly Json[])[],
  above: RecordsPlace["above"],
  asValue: (value: Json) => Value | null,
): { readonly fields: readonly Field[]; readonly notes: readonly string[] } {
  const width = commonest(rows);
  const beside = namesBeside(above, width);
  const first = beside === undefined ? headerIn(rows, width) : undefined;
  const names = beside ?? first ?? [];
  const fields = Array.from({ length: width }, (_, index): Field => {
    const values = rows.map((row) => row[index] ?? null).map(asValue);
    // A header that is read as a record says nothing about its columns' types.
    const judged = first === undefined ? values : values.with(0, null);
    return { from: joinPath([index]), path: [names[index] ?? `column_${index + 1}`], values: judged };
  });
  const notes =
    first === undefined
      ? []
      : [
          "the first record contains the columns' names; a load reads it as a record, and rejects it if it does not fit the types",
        ];
  return { fields, notes };
}

/** Names in an object around the records: a list of as many texts, or of as many objects with a `name`. */
function namesBeside(above: RecordsPlace["above"], width: number): readonly string[] | undefined {
  const around = new Set(above.flat());
  for (const object of around) {
    for (const list of listsIn(object)) {
      const names = list.map((each) => (isObject(each) ? each.name : each));
      if (names.length === width && areNames(names)) return names;
    }
  }
  return undefined;
}

/** The lists in an object, and in the objects right in it: `schema.fields`. */
function listsIn(object: JsonObject): readonly (readonly Json[])[] {
  const members = Object.values(object);
  return [...members, ...members.flatMap((member) => (isObject(member) ? Object.values(member) : []))].filter(isList);
}

const areNames = (values: readonly (Json | undefined)[]): values is readonly string[] =>
  values.every((value) => typeof value === "string" && /\p{L}/u.test(value)) && new Set(values).size === values.length;

/** The first record where it holds names alone and a column's other values are numbers. */
function headerIn(rows: readonly (readonly Json[])[], width: number): readonly string[] | undefined {
  const [first, ...others] = rows;
  if (first === undefined || first.length !== width || others.length === 0 || !areNames(first)) return undefined;
  const isNumber = (value: Json | undefined) =>
    value instanceof JsonNumber || (typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value));
  const isTold = first.some((_, index) => {
    const filled = others.map((row) => row[index] ?? null).filter((value) => value !== null);
    return filled.length > 0 && filled.every(isNumber);
  });
  return isTold ? first : undefined;
}
