import { describe, expect, test } from "@jest/globals";
import { longestPause } from "../pause.js";

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
    const started = process.cpuUsage();
    expect(longestPause("* * * * ? *", "America/New_York", 2026)).toEqual({ byClock: 60, inFact: hour + 60 });
    expect(process.cpuUsage(started).user).toBeLessThan(8_000_000);
  });
});
