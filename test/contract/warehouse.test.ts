import { rmSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { readProject } from "../../contract/read.js";
import { soundProject, writeProject } from "./projects.js";

/** What `check` says of a warehouse with these settings and a load at this time. */
function findings(settings: string, cron = "15 12 * * ? *", timezone = "UTC") {
  const folder = writeProject({
    ...soundProject,
    "sluice.yaml": soundProject["sluice.yaml"].replace("nodeType: ra3.large, nodes: 2", settings),
    "datasets/orders.yaml": `${soundProject["datasets/orders.yaml"]}schedule: { cron: "${cron}", timezone: ${timezone}, lag: 7d }\n`,
  });
  const found = readProject(folder).findings;
  rmSync(folder, { recursive: true, force: true });
  return found;
}

test("a schedule that meets the maintenance window is told, with file, line and another window", () => {
  const [met, ...more] = findings("nodes: 2", "30 4 ? * SUN *", "Europe/London");
  expect(more).toEqual([]);
  expect(met).toMatchObject({ file: "datasets/orders.yaml", path: "schedule.cron", severity: "warning" });
  expect(met?.line).toBeGreaterThan(10);
  expect(met?.remedy).toContain('maintenanceWindow: "sun:05:00-sun:06:00"');
});

test.each(["15 12 * * ? *", "30 4 ? * MON *", "15 * * * ? *"])(
  "%s is not: it is elsewhere, or meets every window",
  (cron) => {
    expect(findings("nodes: 2", cron)).toEqual([]);
  },
);

test("nodes that the type cannot have, and types that are gone", () => {
  expect(findings("nodeType: ra3.16xlarge, nodes: 1")).toMatchObject([
    { path: "warehouse.create.nodes", severity: "error" },
  ]);
  expect(findings("nodeType: dc2.large")).toMatchObject([{ path: "warehouse.create.nodeType", severity: "error" }]);
});
