import { parseArgs } from "node:util";
import { defaultBase } from "../base-tree.js";
import { byTurns } from "./by-turns.js";

const lines = [
  ...["csv", "csv quoted", "csv backslash", "csv dates", "csv latin1", "csv gz", "csv faulty"],
  ...["json lines", "json nested", "json gz", "json faulty", "json document", "json pretty"],
  ...["xml", "xml paths", "xml ancestor", "xml function", "xml gz", "xml faulty"],
];

/**
 * Every reader against the one of the build before, which nothing that loads may fall behind. `records` are the most of a file:
 * `npm run bench -- formats [--base commit] [--pairs 15] [--records 600000] [--least 0.95] [line …]`
 */
export async function formats(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      base: { type: "string", default: defaultBase },
      pairs: { type: "string", default: "15" },
      records: { type: "string", default: "600000" },
      least: { type: "string", default: "0.95" },
    },
  });
  const unknown = positionals.filter((name) => !lines.includes(name));
  if (unknown.length > 0) throw new RangeError(`no line ${unknown.join(", ")}; there are ${lines.join(", ")}`);
  const target = { least: number(values.least), pairs: number(values.pairs) };
  const chosen = lines.filter((name) => positionals.length === 0 || positionals.includes(name));
  await byTurns({
    name: "formats",
    base: values.base,
    records: { least: Math.min(20_000, number(values.records)), most: number(values.records) },
    targets: Object.fromEntries(chosen.map((name) => [name, target])),
  });
}

function number(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new RangeError(`'${text}' is no number above 0`);
  return value;
}
