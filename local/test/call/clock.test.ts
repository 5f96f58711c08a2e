import { expect, test } from "@jest/globals";
import { awaited, clockAt } from "../../call/clock.js";
import { VirtualClock } from "../../call/virtual-clock.js";
import { interpret } from "../../interpreter/execution.js";

const waiting = {
  QueryLanguage: "JSONata",
  StartAt: "Wait",
  States: { Wait: { Type: "Wait", Seconds: 90, Next: "Done" }, Done: { Type: "Succeed" } },
};
const options = { input: null, invoke: async () => null };

test("at the pace `instant` a Wait of 90 s is over in about one, and what is due at a time stays in real time", async () => {
  const began = Date.now();
  expect(await interpret(waiting, { ...options, clock: clockAt("instant") })).toMatchObject({ status: "SUCCEEDED" });
  const tookMs = Date.now() - began;
  expect(tookMs).toBeGreaterThan(500);
  expect(tookMs).toBeLessThan(30_000);
  expect(clockAt("instant").now()).toBeLessThanOrEqual(Date.now());
});

test("a Wait until a point in time is in real time at any pace", async () => {
  const began = Date.now();
  const Wait = { Type: "Wait", Timestamp: new Date(began + 1200).toISOString(), Next: "Done" };
  const machine = { ...waiting, States: { ...waiting.States, Wait } };
  expect(await interpret(machine, { ...options, clock: clockAt("instant") })).toMatchObject({ status: "SUCCEEDED" });
  expect(Date.now() - began).toBeGreaterThanOrEqual(1200);
});

test("at the pace `real`, and on a virtual clock, it takes as long as it says", async () => {
  expect(awaited(clockAt("real"), 90_000)).toBe(90_000);
  const clock = new VirtualClock(0);
  expect(await interpret(waiting, { ...options, clock })).toMatchObject({ status: "SUCCEEDED" });
  expect(clock.now()).toBe(90_000);
});
