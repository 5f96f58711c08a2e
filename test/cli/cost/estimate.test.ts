import { expect, test } from "@jest/globals";
import { assumptions, estimate, lambdaSeconds } from "../../../cli/cost/estimate.js";
import { prices, priceTable } from "../../../cli/cost/prices.js";
import { readSoundProject } from "../../../contract/read.js";
import { soundProject, writeProject } from "../../contract/projects.js";

const projectWith = (more: string, replaced: readonly [string, string] = ["", ""]) =>
  readSoundProject(
    writeProject({
      ...soundProject,
      "datasets/orders.yaml": soundProject["datasets/orders.yaml"].replace(...replaced).concat(more),
    }),
  );

test("one small batch costs what docs/costs.md says of it", () => {
  const { contracts, project } = projectWith("engine: lambda\ncatalogue: partition\n", ["catalogue: partition\n", ""]);
  const [orders] = estimate(contracts, project, () => ({ batchesADay: 1 / 30, megabytes: 10 }));
  expect(orders?.total).toBeCloseTo(0.0009, 4);
  const [large] = estimate(contracts, project, () => ({ batchesADay: 1 / 30, megabytes: 256 }));
  expect(large?.total).toBeCloseTo(0.0012, 4);
});

test("Glue with a crawl costs what docs/costs.md says, and in proportion beyond two gigabytes", () => {
  const { contracts, project } = projectWith("engine: glue\ncatalogue: crawler\n", ["catalogue: partition\n", ""]);
  const one = (megabytes: number) => estimate(contracts, project, () => ({ batchesADay: 1 / 30, megabytes }))[0];
  expect(one(10)).toMatchObject({ engine: "glue", total: expect.closeTo(0.085, 3) });
  expect(one(4096)?.conversion).toBeCloseTo(2 * (one(2048)?.conversion ?? 0), 6);
});

test("what is not said is one batch a partition, and a schedule's runs are counted", () => {
  const without = projectWith("engine: lambda\ncatalogue: partition\n", ["catalogue: partition\n", ""]);
  const every = projectWith('engine: lambda\ncatalogue: partition\nschedule: { cron: "* * * * ? *", lag: 1h }\n', [
    "catalogue: partition\n",
    "",
  ]);
  const expected = () => ({ batchesADay: undefined, megabytes: 1 });
  const [before] = estimate(without.contracts, without.project, expected);
  const [after] = estimate(every.contracts, every.project, expected);
  expect(before?.batches).toBe(720);
  const minutes = 30 * 24 * 60;
  expect((after?.transitions ?? 0) - (before?.transitions ?? 0)).toBeCloseTo(minutes * 4 * prices.transition.usd, 1);
  expect(assumptions(every.contracts, every.project).join()).toContain("scheduled run");
});

test("seconds of the Lambda lie between the measurements, and go on beyond them", () => {
  expect([1, 10, 55, 100, 256].map(lambdaSeconds)).toEqual([1.1, 1.2, expect.closeTo(2.1), 3, 8]);
  expect(lambdaSeconds(412)).toBeCloseTo(13);
});

test("a workgroup that the project makes is billed a minute a load, by its base capacity", () => {
  const { project, contracts } = readSoundProject(
    writeProject({
      ...soundProject,
      "sluice.yaml": soundProject["sluice.yaml"].replace(
        "{ nodeType: ra3.large, nodes: 2 }",
        "{ serverless: { baseCapacity: 16 } }",
      ),
    }),
  );
  const [orders] = estimate(contracts, project, () => ({ batchesADay: 2, megabytes: 1 }));
  expect(orders?.warehouse).toBeCloseTo(60 * 16 * (1 / 60) * prices.rpuHour.usd, 6);
  expect(assumptions(contracts, project).join()).toContain("the workgroup's 16 RPUs for 60 seconds");
});

test("the table of prices has date and region, and no exponents", () => {
  expect(priceTable()).toContain("USD in us-east-1 as of 2026-11-29");
  expect(priceTable()).toContain("| 0.0000133334 | GB-second |");
  expect(priceTable()).not.toMatch(/\de-/);
});
