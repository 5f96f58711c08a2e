import { defaultBase } from "../base-tree.js";
import { byTurns, type Target } from "./by-turns.js";

const targets: Readonly<Record<string, Target>> = {
  xml: { least: 10, pairs: 7 },
  "xml wide": { least: 8, pairs: 7 },
  "xml 58 MB": { least: 8, pairs: 3 },
  "xml faulty": { least: 4, pairs: 7 },
  "json lines": { least: 3, pairs: 7 },
  "json document": { least: 2.7, pairs: 7 },
  "json faulty": { least: 2, pairs: 7 },
  "json 58 MB": { least: 2, pairs: 3 },
  csv: { least: 0.97, pairs: 15 },
};

/** The fast readers against the build before them: `npm run bench -- speed [case …]`. */
export async function speed(args: readonly string[]): Promise<void> {
  const chosen = Object.entries(targets).filter(([name]) => args.length === 0 || args.includes(name));
  await byTurns({
    name: "speed",
    base: defaultBase,
    records: { least: 60_000, most: 60_000 },
    targets: Object.fromEntries(chosen),
  });
}
