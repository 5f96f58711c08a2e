import { describe, expect, test } from "@jest/globals";
import { readExpression } from "../expression.js";

/** The next times after a moment, as ISO without seconds. */
function times(expression: string, zone: string, from: string, count: number): readonly string[] {
  const { next } = readExpression(expression, zone, Date.parse(from));
  const found: string[] = [];
  for (let at: number | undefined = Date.parse(from); found.length < count; ) {
    at = next(at);
    if (at === undefined) break;
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

describe("cron", () => {
  test.each([
    ["15 * * * ? *", "2026-11-24T05:15:00Z", ["2026-11-24T06:15", "2026-11-24T07:15"]],
    ["0/15 * * * ? *", "2026-11-24T23:40:00Z", ["2026-11-24T23:45", "2026-11-25T00:00"]],
    ["0 6 L * ? *", "2026-02-01T00:00:00Z", ["2026-02-28T06:00", "2026-03-31T06:00"]],
    // 15 November 2026 is a Sunday, 1 August 2026 a Saturday.
    ["0 6 15W * ? *", "2026-11-01T00:00:00Z", ["2026-11-16T06:00", "2026-12-15T06:00"]],
    ["0 6 1W 8 ? *", "2026-01-01T00:00:00Z", ["2026-08-03T06:00"]],
    ["0 6 LW 5 ? *", "2026-01-01T00:00:00Z", ["2026-05-29T06:00"]],
    ["0 6 ? * MON-FRI *", "2026-11-27T06:00:00Z", ["2026-11-30T06:00", "2026-12-01T06:00"]],
    ["0 6 ? * 1 *", "2026-11-24T00:00:00Z", ["2026-11-29T06:00"]],
    ["0 6 ? * 6L *", "2026-11-01T00:00:00Z", ["2026-11-27T06:00", "2026-12-25T06:00"]],
    ["0 6 ? * FRI#5 *", "2026-11-01T00:00:00Z", ["2027-01-29T06:00"]],
    ["0 0 29 2 ? *", "2026-01-01T00:00:00Z", ["2028-02-29T00:00", "2032-02-29T00:00"]],
    ["0 0 1 1 ? 2027", "2026-01-01T00:00:00Z", ["2027-01-01T00:00"]],
    ["5,35 2,14 1 JAN,JUL ? *", "2026-01-01T02:10:00Z", ["2026-01-01T02:35", "2026-01-01T14:05"]],
  ])("%s", (cron, from, expected) => {
    expect(times(`cron(${cron})`, "UTC", from, expected.length)).toEqual(expected);
  });

  test("one whose years are over gives no time", () => {
    expect(times("cron(0 0 1 1 ? 2025)", "UTC", "2026-01-01T00:00:00Z", 1)).toEqual([]);
  });

  test("follows the zone's clocks through the year", () => {
    expect(times("cron(0 9 24 1,7 ? *)", "Europe/London", "2026-01-01T00:00:00Z", 2)).toEqual([
      "2026-01-24T09:00",
      "2026-07-24T08:00",
    ]);
    expect(times("cron(30 0 * * ? *)", "Asia/Kolkata", "2026-11-24T00:00:00Z", 1)).toEqual(["2026-11-24T19:00"]);
  });

  test("a local time that is skipped does not come that day", () => {
    // 29 March 2026: 01:00 to 02:00 do not exist in London.
    expect(times("cron(30 1 * * ? *)", "Europe/London", "2026-03-28T00:00:00Z", 2)).toEqual([
      "2026-03-28T01:30",
      "2026-03-30T00:30",
    ]);
  });

  test("a local time that comes twice fires once", () => {
    // 25 October 2026: 01:00 to 02:00 come twice in London.
    expect(times("cron(30 * 25 10 ? *)", "Europe/London", "2026-10-24T23:00:00Z", 4)).toEqual([
      "2026-10-24T23:30",
      "2026-10-25T00:30",
      "2026-10-25T02:30",
      "2026-10-25T03:30",
    ]);
  });

  test.each([
    ["cron(15 * * * *)", /5 fields/],
    ["cron(15 * * * * *)", /exactly one/],
    ["cron(61 * * * ? *)", /minutes/],
    ["rate(5)", /rate/],
    ["rate(0 minutes)", /rate/],
    ["at(tomorrow)", /at\(/],
    ["every hour", /neither/],
  ])("%s is refused", (expression, problem) => {
    expect(() => readExpression(expression, "UTC", 0)).toThrow(problem);
  });
});

test("a rate is counted from the schedule's making, and fires there first", () => {
  const { next } = readExpression("rate(15 minutes)", "UTC", 1000);
  expect([next(999), next(1000), next(1000 + 899_999), next(1000 + 900_000)]).toEqual([
    1000, 901_000, 901_000, 1_801_000,
  ]);
});

test("at fires once, in its zone", () => {
  expect(times("at(2026-07-01T09:00:00)", "Europe/London", "2026-01-01T00:00:00Z", 2)).toEqual(["2026-07-01T08:00"]);
});
