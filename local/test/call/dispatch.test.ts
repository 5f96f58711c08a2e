import { EventEmitter, once } from "node:events";
import { describe, expect, test } from "@jest/globals";
import { AwsError, type Call, type Principal, type ServiceBody } from "../../call/call.js";
import { createDispatcher } from "../../call/dispatch.js";
import { type FaultRule, faultRules } from "../../call/faults.js";
import { VirtualClock } from "../../call/virtual-clock.js";

const principal: Principal = { arn: "arn:aws:iam::0:root", accountId: "0", kind: "root" };
const put: Call = { service: "s3", operation: "PutObject", input: {}, principal };

/** A body that counts how often its operation took effect. */
function setUp(rules: readonly FaultRule[] = [], crash?: () => void) {
  const clock = new VirtualClock(0);
  let effects = 0;
  const body: ServiceBody = { service: "s3", operations: { PutObject: async () => ({ effects: ++effects }) } };
  const dispatcher = createDispatcher({
    bodies: new Map([["s3", body]]),
    authorise: (call) => {
      if (call.principal.accountId !== "0") throw new AwsError("AccessDenied", "no", { statusCode: 403 });
    },
    faults: faultRules(rules, clock, crash),
    clock,
  });
  return { call: dispatcher.call, clock, effects: () => effects };
}

describe("a call", () => {
  test("reaches its body", async () => {
    expect(await setUp().call(put)).toEqual({ effects: 1 });
  });

  test.each<[string, Partial<Call>, string]>([
    [
      "service",
      { service: "athena", operation: "GetQueryResults" },
      "not supported in the local account: athena GetQueryResults; see the README of local-account",
    ],
    [
      "operation",
      { operation: "SelectObjectContent" },
      "not supported in the local account: s3 SelectObjectContent; see the README of local-account",
    ],
    [
      "operation of every object",
      { operation: "toString" },
      "not supported in the local account: s3 toString; see the README of local-account",
    ],
  ])("of an unknown %s is refused by name", async (_what, change, message) => {
    await expect(setUp().call({ ...put, ...change })).rejects.toThrow(message);
  });

  test("is authorised before anything happens", async () => {
    const { call, effects } = setUp();
    await expect(call({ ...put, principal: { ...principal, accountId: "1" } })).rejects.toMatchObject({
      name: "AccessDenied",
    });
    expect(effects()).toBe(0);
  });
});

test("whoever closes waits for the operation under way, and no other begins", async () => {
  const events = new EventEmitter();
  const begun = once(events, "begun");
  let hasEnded = false;
  const operation = async () => {
    events.emit("begun");
    await once(events, "end");
    hasEnded = true;
    return {};
  };
  const body: ServiceBody = { service: "s3", operations: { PutObject: operation } };
  const bodies = new Map([["s3" as const, body]]);
  const dispatcher = createDispatcher({ bodies, authorise: () => undefined, clock: new VirtualClock(0) });
  const underWay = dispatcher.call(put);
  await begun;
  const closed = dispatcher.close().then(() => hasEnded);
  await expect(dispatcher.call(put)).rejects.toMatchObject({ name: "ServiceUnavailable" });
  events.emit("end");
  expect(await closed).toBe(true);
  await underWay;
});

describe("faults", () => {
  const error = (when: "before" | "after") => ({ kind: "error", when, name: "InternalError", message: "m" }) as const;

  test("an error before the effect leaves nothing behind, one after it leaves the effect", async () => {
    const before = setUp([{ service: "s3", fault: error("before") }]);
    await expect(before.call(put)).rejects.toMatchObject({ name: "InternalError", statusCode: 500 });
    expect(before.effects()).toBe(0);
    const after = setUp([{ operation: "PutObject", fault: error("after") }]);
    await expect(after.call(put)).rejects.toMatchObject({ name: "InternalError" });
    expect(after.effects()).toBe(1);
  });

  test("strike the calls that they are counted for, and no other", async () => {
    const { call } = setUp([{ skip: 1, count: 2, fault: { kind: "throttle" } }]);
    const results = [];
    for (let turn = 0; turn < 4; turn += 1)
      results.push(
        await call(put).then(
          () => "done",
          (reason: AwsError) => reason.name,
        ),
      );
    expect(results).toEqual(["done", "SlowDown", "SlowDown", "done"]);
  });

  test("a lost answer is seen as a broken connection", async () => {
    const { call, effects } = setUp([{ fault: { kind: "lost_answer" } }]);
    await expect(call(put)).rejects.toMatchObject({ name: "SdkClientException" });
    expect(effects()).toBe(1);
  });

  test("a swallowed call is answered and has no effect", async () => {
    const { call, effects } = setUp([{ fault: { kind: "swallow", answer: { StatusCode: 202 } } }]);
    expect(await call(put)).toEqual({ StatusCode: 202 });
    expect(effects()).toBe(0);
  });

  test("a delay passes on the clock, a crash comes before or after the effect", async () => {
    const delayed = setUp([{ fault: { kind: "delay", ms: 3_600_000 } }]);
    await delayed.call(put);
    expect(delayed.clock.now()).toBe(3_600_000);
    const seen: number[] = [];
    const crashing = setUp(
      [{ fault: { kind: "crash", when: "before" } }, { skip: 1, fault: { kind: "crash", when: "after" } }],
      () => seen.push(crashing.effects()),
    );
    await crashing.call(put);
    await crashing.call(put);
    expect(seen).toEqual([0, 2]);
  });
});

describe("the virtual clock", () => {
  test("wakes sleepers in order, without waiting", async () => {
    const clock = new VirtualClock(0);
    const woken: string[] = [];
    const sleep = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push(`${name} at ${clock.now()}`);
    };
    await Promise.all([sleep("long", 86_400_000), sleep("short", 10), sleep("also short", 10)]);
    expect(woken).toEqual(["short at 10", "also short at 10", "long at 86400000"]);
  });

  test("stands still while something holds it", async () => {
    const clock = new VirtualClock(0);
    const release = clock.hold();
    let isAwake = false;
    const sleeping = clock.sleep(1).then(() => {
      isAwake = true;
    });
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(isAwake).toBe(false);
    release();
    await sleeping;
    expect(clock.now()).toBe(1);
  });

  test("a sleep ends when it is aborted", async () => {
    const clock = new VirtualClock(0);
    const held = clock.hold();
    const controller = new AbortController();
    const sleeping = clock.sleep(5, controller.signal);
    controller.abort(new Error("enough"));
    await expect(sleeping).rejects.toThrow("enough");
    held();
    expect(clock.now()).toBe(0);
  });
});
