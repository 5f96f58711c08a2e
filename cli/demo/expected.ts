import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { packageFolder } from "../project.js";
import type { DemoFacts, DemoLoad } from "./demo-load.js";

const count = z.int();
const counted = {
  read: count,
  written: count,
  deduplicated: count,
  rejected: count,
  inserted: count,
  updated: count,
  outdated: count,
};
const Expected = z.strictObject({
  batches: z.array(z.strictObject({ partition: z.string(), revision: count, outcome: z.string(), ...counted })),
  rejects: z.array(
    z.strictObject({
      partition: z.string(),
      reason: z.string(),
      column: z.string().nullable(),
      rule: z.string().nullable(),
    }),
  ),
  rows: count,
});

/** Where the demo did not come out as examples/demo/expected.json says. */
export function differences(loads: readonly DemoLoad[], facts: DemoFacts): readonly string[] {
  const file = join(packageFolder, "examples", "demo", "expected.json");
  const expected = Expected.parse(JSON.parse(readFileSync(file, "utf8")));
  const byEvent = loads
    .filter(({ isByHand }) => !isByHand)
    .map(({ partition, revision, result }) => {
      const { read, written, deduplicated, rejected, inserted, updated, outdated } = result.counts;
      const counts = { read, written, deduplicated, rejected, inserted, updated, outdated };
      return { partition, revision, outcome: result.outcome, ...counts };
    });
  const byHand = loads.filter(({ isByHand }) => isByHand).map(({ result }) => result.outcome);
  return [
    ...compare("batches", byEvent, expected.batches),
    ...compare(
      "loads by hand",
      byHand,
      byHand.map(() => "already_loaded"),
    ),
    ...compare("rejects", facts.rejects, expected.rejects),
    ...compare("rows", [facts.rows], [expected.rows]),
  ];
}

function compare(what: string, found: readonly unknown[], expected: readonly unknown[]): readonly string[] {
  const longest = Math.max(found.length, expected.length);
  return Array.from({ length: longest }, (_, index) => index).flatMap((index) =>
    isDeepStrictEqual(found[index], expected[index])
      ? []
      : [`${what}[${index}]: found ${JSON.stringify(found[index])}, expected ${JSON.stringify(expected[index])}`],
  );
}
