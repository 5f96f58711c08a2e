import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { readProject } from "../../contract/read.js";
import { demoBatches } from "../../examples/demo/batches.js";

const expected = JSON.parse(readFileSync(new URL("../../examples/demo/expected.json", import.meta.url), "utf8"));

describe("the demo's batches", () => {
  const batches = demoBatches();

  test("come in the order and with the record counts that expected.json says", () => {
    const found = batches.map(({ partition, revision, files }) => ({
      partition,
      revision,
      read: files.reduce((sum, file) => sum + file.recordCount, 0),
    }));
    expect(found).toEqual(
      expected.batches.map(({ partition, revision, read }: Record<string, unknown>) => ({ partition, revision, read })),
    );
  });

  test("hold every feature of the source", () => {
    const ids = new Set(
      batches.flatMap(({ files }) => files.flatMap(({ body }) => JSON.parse(body).features)).map(({ id }) => id),
    );
    expect([...ids].filter((id) => id !== undefined && !String(id).startsWith("demo"))).toHaveLength(expected.rows);
  });

  test("expected.json adds up: read = written + deduplicated + rejected, written = inserted + updated + outdated", () => {
    for (const batch of expected.batches) {
      expect(batch.read).toBe(batch.written + batch.deduplicated + batch.rejected);
      expect(batch.written).toBe(batch.inserted + batch.updated + batch.outdated);
    }
  });
});

test("the demo's contracts have no findings", () => {
  const folder = new URL("../../examples/demo", import.meta.url).pathname;
  expect(readProject(folder).findings).toEqual([]);
});
