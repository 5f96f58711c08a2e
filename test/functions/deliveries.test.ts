import { describe, expect, test } from "@jest/globals";
import { Account, randomDeeds, randomOf } from "./deliveries/history.js";
import { type Arrival, expectedOf } from "./deliveries/model.js";

/** 1,000 with SLUICE_DELIVERIES=1000, as `npm run long` sets it. */
const histories = Number(process.env.SLUICE_DELIVERIES ?? 30);

describe("random deliveries, told late, twice and out of order, are what the producer did, by", () => {
  test.each<Arrival>(["manifest", "marker", "control", "each_file", "quiet"])("%s", async (arrival) => {
    let executions = 0;
    for (let seed = 1; seed <= histories; seed++) {
      const random = randomOf(seed);
      const deeds = randomDeeds(random, arrival);
      const { rows, batches, executions: started, refused } = await new Account(arrival, random).play(deeds);
      executions += started;
      expect({ seed, rows, batches, refused }).toEqual({ seed, refused: [], ...expectedOf(arrival, deeds) });
    }
    expect(executions).toBeGreaterThan(histories);
  });
});
