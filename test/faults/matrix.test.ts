import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { describe as describeTrial, Matrix, sampleOf, type Trial } from "../../bench/faults/matrix.js";
import { type Variant, variants } from "../../bench/faults/variants.js";
import { readFailure } from "../../functions/shared/cause-text.js";
import { passingErrors } from "../../state-machines/passing-errors.js";

jest.setTimeout(300_000);

const size = 5;
/** One seed, so that a red run means a change; `npm run faults` draws its own. */
const seed = Number(process.env.SLUICE_FAULTS_SEED ?? 20261125);

/** One of each kind: that the others are known by their texts is for run-statements' own test, and `npm run faults` tries all. */
const onePerBackOff = [...new Map(passingErrors.map((each) => [each.backOff, each])).values()];

let matrix: Matrix;

beforeAll(async () => {
  const datasets = variants.filter(({ dataset }: Variant) =>
    ["merged", "historic", "swapped", "by_lambda", "by_auto", "by_marker"].includes(dataset),
  );
  matrix = await Matrix.open({ datasets });
  await matrix.record();
});

afterAll(async () => {
  await matrix.close();
});

describe(`a sample of the fault matrix; SLUICE_FAULTS_SEED=${seed} repeats it`, () => {
  test("whatever goes wrong at a call, the batch is loaded whole and once, at the latest after a redrive", async () => {
    const wrong = [];
    const sample = sampleOf(matrix.trials(), size, seed);
    for (const trial of sample) {
      const verdict = await matrix.run(trial);
      if (verdict.wrong !== undefined) wrong.push(`${describeTrial(trial)}: ${verdict.wrong}`);
    }
    expect(sample).toHaveLength(size);
    expect(wrong).toEqual([]);
  });
});

test("an error of the warehouse that passes by itself is met once, and nobody has to help", async () => {
  const ends = [];
  for (const { name } of onePerBackOff) {
    const { wrong, loaded } = await matrix.run({ dataset: "merged", special: `warehouse says: ${name}` });
    ends.push([name, wrong, loaded?.redrives, loaded?.reruns]);
  }
  expect(ends).toEqual(onePerBackOff.map(({ name }) => [name, undefined, 0, 0]));
});

test("a swap waits for a reader no longer than its lock_wait, says whom it waited for, and a redrive takes it up", async () => {
  const { wrong, loaded } = await matrix.run({ dataset: "swapped", special: "table read by others" });
  expect([wrong, loaded?.redrives, loaded?.reruns]).toEqual([undefined, 1, 0]);
  expect(readFailure("States.TaskFailed", loaded?.firstCause)).toEqual({
    error: "WarehouseBusy",
    message: expect.stringMatching(
      /: swap the tables: No exclusive lock on sales\.swapped within 1 s\. Process \d+ \(/,
    ),
  });
});

test("a Lambda that is killed in its midst, or out of time, leaves nothing: Glue converts, or a redrive does", async () => {
  const ends = [];
  for (const special of ["Lambda killed before its report", "Lambda out of time"]) {
    for (const dataset of ["by_auto", "by_lambda"]) {
      const { wrong, loaded } = await matrix.run({ dataset, special });
      ends.push([special, dataset, wrong, loaded?.first, loaded?.redrives, loaded?.reruns]);
    }
  }
  const byGlue = [undefined, "SUCCEEDED", 0, 0];
  const redriven = [undefined, expect.stringMatching(/^FAILED/), 1, 0];
  expect(ends).toEqual([
    ["Lambda killed before its report", "by_auto", ...byGlue],
    ["Lambda killed before its report", "by_lambda", ...redriven],
    ["Lambda out of time", "by_auto", ...byGlue],
    ["Lambda out of time", "by_lambda", ...redriven],
  ]);
});

describe("the matrix can fail", () => {
  /** The load is committed, and nobody can learn it: its execution fails and is redriven. */
  const unseenEnd: Trial = {
    dataset: "merged",
    kind: "outage",
    site: { service: "redshift-data", operation: "GetStatementResult", caller: "matrix-run-statements-role", nth: 1 },
  };
  const short: Trial = { dataset: "merged", special: "job reads too little" };

  test("with everything in its place both trials are right, with a redrive and with a new execution", async () => {
    const redriven = await matrix.run(unseenEnd);
    expect(redriven).toMatchObject({ wrong: undefined, hasStruck: true, loaded: { redrives: 1, reruns: 0 } });
    const rerun = await matrix.run(short);
    expect(rerun).toMatchObject({ wrong: undefined, loaded: { first: "FAILED FileMismatch", redrives: 0, reruns: 1 } });
  });

  test("without the guard a redriven load would be loaded twice, and cannot end", async () => {
    const { wrong } = await matrix.run(unseenEnd, "guard");
    expect(wrong).toMatch(/is not loaded after .* has 2 ledger rows instead of one/);
  });

  test("without the ledger row no load can end", async () => {
    const { wrong } = await matrix.run(unseenEnd, "ledger row");
    expect(wrong).toMatch(/is not loaded after .* has 0 ledger rows instead of one/);
  });

  test("without the report check the rows that the job did not read are missing", async () => {
    const { wrong } = await matrix.run(short, "report check");
    expect(wrong).toMatch(/^table: /);
  });
});
