import { rmSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { readProject } from "../../contract/read.js";
import { soundProject, writeProject } from "./projects.js";

function findingsOf(lines: string) {
  const folder = writeProject({
    ...soundProject,
    "datasets/orders.yaml": `${soundProject["datasets/orders.yaml"]}${lines}\n`,
  });
  try {
    return readProject(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const places = (lines: string) => findingsOf(lines).findings.map(({ path, severity }) => `${severity} ${path}`);

describe("schedule and expect", () => {
  test("are compiled, with their defaults", () => {
    const { findings, contracts } = findingsOf(
      'schedule: { cron: "15 * * * ? *", lag: 1h }\nexpect: { every: 1h, within: 90m }',
    );
    expect(findings).toEqual([]);
    expect(contracts[0]?.schedule).toEqual({
      cron: "15 * * * ? *",
      timezone: "UTC",
      lag_seconds: 3600,
      settle_seconds: 600,
      manifests: "producer",
    });
    expect(contracts[0]?.expect).toEqual({ every_seconds: 3600, within_seconds: 5400 });
  });

  test.each([
    ['schedule: { cron: "15 * * * *", lag: 1h }', "error schedule.cron"],
    ['schedule: { cron: "0 0 30 2 ? *", lag: 1h }', "error schedule.cron"],
    ['schedule: { cron: "15 * * * ? *", timezone: Europe/Londn, lag: 1h }', "error schedule.timezone"],
    ['schedule: { cron: "15 * * * ? *", timezone: "+01:00", lag: 1h }', "error schedule.timezone"],
    ['schedule: { cron: "15 * * * ? *", timezone: europe/london, lag: 1h }', "error schedule.timezone"],
    ['schedule: { cron: "*/5 * * * ? *", lag: 10m }', "error schedule.settle"],
    ['schedule: { cron: "15 * * * ? *", lag: 59m }', "error schedule.lag"],
    ['schedule: { cron: "15 6 * * ? *", lag: 12h }', "error schedule.lag"],
    ['schedule: { cron: "30 2 * * ? *", timezone: America/New_York, lag: 1d }', "error schedule.lag"],
    ['schedule: { cron: "0 9 LW * ? *", lag: 1d }', "error schedule.lag"],
    ['schedule: { cron: "0 9 ? * 6#2 *", lag: 1d }', "error schedule.lag"],
    ['schedule: { cron: "0 8-18 ? * MON-FRI *", lag: 1d }', "error schedule.lag"],
    ['schedule: { cron: "0 6 1 * ? *", lag: 14d }', "error schedule.lag"],
    ['schedule: { cron: "15 * * * ? *", lag: 15d }', "error schedule.lag"],
    ['schedule: { cron: "15 * * * ? *", lag: 1h, manifests: mine }', "error schedule.manifests"],
    ["expect: { every: 90m, within: 2h }", "error expect.every"],
    ["expect: { every: 5h, within: 6h }", "error expect.every"],
    ["expect: { every: 1h, within: 30m }", "error expect.within"],
    ["expect: { every: 1h, within: 8d }", "error expect.within"],
  ])("%s", (lines, place) => {
    expect(places(lines)).toEqual([place]);
  });
});
