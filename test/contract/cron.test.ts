import { describe, expect, test } from "@jest/globals";
import { cronProblem } from "../../contract/cron.js";
import { longestPause } from "../../contract/cron-pause.js";

describe("a cron that EventBridge takes", () => {
  test.each([
    "15 * * * ? *",
    "0/15 * * * ? *",
    "0 10 ? * MON-FRI *",
    "5,35 14 * * ? 2026-2030",
    "0 6 L * ? *",
    "0 6 15W * ? *",
    "0 6 ? * 6L *",
    "0 6 ? * FRI#2 *",
    "0 0 29 2 ? *",
    "0 8 1 jan ? *",
    "10-40/10 0-23/2 * * ? *",
  ])("%s", (text) => {
    expect(cronProblem(text, 2026)).toBeUndefined();
  });
});

describe("one that it does not take, or that never fires", () => {
  test.each([
    ["15 * * * *", /5 field/],
    ["0 15 * * * ? *", /7 field/],
    ["15 * * * * *", /exactly one/],
    ["15 * ? * ? *", /exactly one/],
    ["60 * * * ? *", /'60' .* minutes/],
    ["0 24 * * ? *", /hours/],
    ["0 0 0 * ? *", /day of the month/],
    ["0 0 ? * 0 *", /day of the week/],
    ["0 0 ? * MON#6 *", /day of the week/],
    ["0 0 * 13 ? *", /the month/],
    ["30-10 * * * ? *", /minutes/],
    ["0/0 * * * ? *", /minutes/],
    ["cron(15 * * * ? *)", /minutes|year/],
    ["0 0 30 2 ? *", /never comes/],
    ["0 0 31 4,6,9,11 ? *", /never comes/],
    ["0 0 29 2 ? 2027", /never comes/],
    ["0 0 * * ? 2020-2025", /never comes/],
  ])("%s", (text, problem) => {
    expect(cronProblem(text, 2026)).toMatch(problem);
  });
});

describe("the longest time between two starts", () => {
  const hour = 3600;
  const day = 24 * hour;
  test.each([
    ["15 * * * ? *", hour],
    ["0/20 * * * ? *", hour / 3],
    ["5,35 14 * * ? *", day - hour / 2],
    ["0 8-18 ? * MON-FRI *", 2 * day + 14 * hour],
    ["0 6 1 * ? *", 31 * day],
    ["0 0 29 2 ? *", 4 * 366 * day - 3 * day],
    ["0 6 L * ? *", 31 * day],
    ["0 6 LW * ? *", 35 * day - 2 * day],
    ["0 6 15W * ? *", 32 * day],
    ["0 6 ? * FRI#2 *", 35 * day],
    ["0 6 ? * 6L *", 35 * day],
    ["0 6 ? * L *", 7 * day],
  ])("%s, by the clock", (text, seconds) => {
    expect(longestPause(text, "UTC", 2026)).toEqual({ byClock: seconds, inFact: seconds });
  });

  test.each([
    ["30 2 * * ? *", "America/New_York", day, 2 * day - hour],
    ["30 1 * * ? *", "America/New_York", day, day + hour],
    ["0 12 * * ? *", "America/New_York", day, day + hour],
    ["0 * * * ? *", "America/New_York", hour, 2 * hour],
    ["0 0 * * ? *", "Africa/Cairo", day, 2 * day - hour],
    ["15 2 * * ? *", "Australia/Lord_Howe", day, 2 * day - hour / 2],
    ["0 9 * * ? *", "Asia/Tokyo", day, day],
  ])("%s in %s", (text, zone, byClock, inFact) => {
    expect(longestPause(text, zone, 2026)).toEqual({ byClock, inFact });
  });

  test.each(["15 * * * *", "60 * * * ? *"])("%s is no cron", (text) =>
    expect(longestPause(text, "UTC", 2026)).toBeUndefined(),
  );

  test("a cron for every minute is counted in a moment", () => {
    const started = performance.now();
    expect(longestPause("* * * * ? *", "America/New_York", 2026)).toEqual({ byClock: 60, inFact: hour + 60 });
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
