import { describe, expect, test } from "@jest/globals";
import { cronProblem, parseCron } from "../cron.js";

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
    ["0 0 ? 2 FRI#5 2027", /never comes/],
    ["0 0 1,? * ? *", /'\?' .* day of the month/],
  ])("%s", (text, problem) => {
    expect(cronProblem(text, 2026)).toMatch(problem);
  });
});

test("the days of the week and the minutes that it means", () => {
  expect(parseCron("0/30 6,5 ? * MON,L *")).toMatchObject({ minutesOfDay: [300, 330, 360, 390], weekdays: [1, 6] });
  expect(parseCron("0 6 15W * ? *")).toMatchObject({ minutesOfDay: [360], weekdays: [0, 1, 2, 3, 4, 5, 6] });
});
