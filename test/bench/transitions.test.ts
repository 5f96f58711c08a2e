import { describe, expect, test } from "@jest/globals";
import { countLoad, countPolling } from "../../bench/transitions.js";

describe("state transitions of a load with its children", () => {
  test("are the same however long its statements run, where polling pays for every 5 s", async () => {
    const [short, long] = [await countLoad(60), await countLoad(300)];
    expect(long.transitions).toBe(short.transitions);
    expect((await countPolling(300)).transitions - (await countPolling(60)).transitions).toBe(2 * 3 * (240 / 5));
    expect(long.transitions / (await countPolling(300)).transitions).toBeLessThanOrEqual(0.15);
  });

  test("the end of a statement is acted on within 2 s when its event comes", async () => {
    const { delays } = await countLoad(300);
    expect(delays).toHaveLength(3);
    expect(Math.max(...delays)).toBeLessThanOrEqual(2);
  });

  test.each([601, 640, 700, 1000])("and within a minute when its event is lost: %d s", async (seconds) => {
    const { delays } = await countLoad(seconds, true);
    expect(delays).toHaveLength(3);
    // The inspection ends long before the heartbeat, which is what finds it.
    expect(Math.max(...delays.slice(1))).toBeLessThanOrEqual(60);
    expect(delays[0]).toBeLessThanOrEqual(600);
  });
});
