import type { Expected } from "./find-cases.js";

/** What became of a batch, in the form in which a case expects it. */
export type Actual = Required<Expected>;

type Row = Readonly<Record<string, unknown>>;

const shownAtMost = 10;

/** What is otherwise than expected, a line each; none where all is as expected. */
export function differences(expected: Expected, actual: Actual): readonly string[] {
  return [
    ...one("outcome", expected.outcome, actual.outcome),
    ...one("error", expected.error, actual.error),
    ...Object.entries(expected.counts ?? {}).flatMap(([name, count]) => one(name, count, actual.counts[name] ?? null)),
    ...rowDifferences("rejects", expected.rejects, actual.rejects),
    ...rowDifferences("rows", expected.rows, actual.rows),
  ];
}

const one = (what: string, expected: unknown, actual: unknown): readonly string[] =>
  expected === undefined || expected === actual
    ? []
    : [`${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual)}`];

/** Rows have no order: each expected one must be there, as often as it is expected, and no other. */
function rowDifferences(what: string, expected: readonly Row[] | undefined, actual: readonly Row[]): readonly string[] {
  if (expected === undefined) return [];
  const names = [...new Set(expected.flatMap((row) => Object.keys(row)))];
  const text = (row: Row) => JSON.stringify(Object.fromEntries(names.map((name) => [name, row[name] ?? null])));
  const left = actual.map(text);
  const missing = expected.map(text).filter((row) => {
    const at = left.indexOf(row);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  // Without a row there are no columns by which to compare.
  const surplus = names.length === 0 ? actual.map((row) => JSON.stringify(row)) : left;
  // What belongs together stands together: rows that differ in a later column only.
  const lines = [...missing.map((row) => [row, "-"] as const), ...surplus.map((row) => [row, "+"] as const)]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([row, sign]) => `${sign} ${row}`);
  if (lines.length === 0) return [];
  const more = lines.length > shownAtMost ? [`… and ${lines.length - shownAtMost} more`] : [];
  return [
    `${what}: ${missing.length} missing (-), ${surplus.length} not expected (+)`,
    ...lines.slice(0, shownAtMost).map((line) => `  ${line}`),
    ...more.map((line) => `  ${line}`),
  ];
}

/** The file that says what a batch came to: a row a line, in an order of its own, so that a diff shows what has changed. */
export function expectedText({ outcome, error, counts, rejects, rows }: Actual): string {
  const listed = (name: string, list: readonly Row[]) => {
    const lines = list.map((row) => JSON.stringify(row)).sort();
    return lines.length === 0 ? `  "${name}": []` : `  "${name}": [\n    ${lines.join(",\n    ")}\n  ]`;
  };
  const plain = { outcome, ...(error === null ? {} : { error }), counts };
  const head = Object.entries(plain).map(([name, value]) => `  "${name}": ${JSON.stringify(value)}`);
  return `{\n${[...head, listed("rejects", rejects), listed("rows", rows)].join(",\n")}\n}\n`;
}
