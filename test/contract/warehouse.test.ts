import { rmSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
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

const cluster = {
  clusterIdentifier: "dwh",
  database: "analytics",
  secretArn: "arn:aws:secretsmanager:eu-west-1:000000000000:secret:admin",
  copyRoleArn: "arn:aws:iam::000000000000:role/copy",
};
const id = "6b8bc4a5-0f5b-4a52-8a3c-5d4b1c2a9f10";
const { clusterIdentifier: _, ...shared } = cluster;
const workgroup = { workgroup: "dwh", workgroupId: id, namespace: "dwh", namespaceId: id, ...shared };

/** Path and remedy of each finding, of a warehouse written like this. */
function mends(warehouse: object) {
  const folder = writeProject({
    ...soundProject,
    "sluice.yaml": soundProject["sluice.yaml"].replace(
      "\n  create: { nodeType: ra3.large, nodes: 2 }",
      ` ${JSON.stringify(warehouse)}`,
    ),
  });
  const found = readProject(folder).findings;
  rmSync(folder, { recursive: true, force: true });
  return found.map(({ path, remedy }) => [path, remedy]);
}

describe("of a warehouse that is there, the way that was meant is explained", () => {
  test("both ways are sound", () => {
    expect([mends({ existing: cluster }), mends({ existing: workgroup })]).toEqual([[], []]);
  });

  test.each([
    ["clusterIdentifier", cluster],
    ["database", cluster],
    ["copyRoleArn", cluster],
    ["workgroupId", workgroup],
    ["namespaceId", workgroup],
    ["copyRoleArn", workgroup],
  ])("a missing %s is named", (key, whole) => {
    const existing = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key));
    const path = `warehouse.existing.${key}`;
    expect(mends({ existing })).toEqual([[path, `Add '${path}'.`]]);
  });

  test("an unknown key, a slip, and a value that cannot be", () => {
    expect(mends({ existing: { ...cluster, nodes: 2 } })).toEqual([["warehouse.existing.nodes", "Remove 'nodes'."]]);
    expect(mends({ existing: { ...workgroup, spectrumRoleArm: shared.copyRoleArn } })).toEqual([
      ["warehouse.existing.spectrumRoleArm", "Write 'spectrumRoleArn' instead of 'spectrumRoleArm', or remove it."],
    ]);
    expect(mends({ existing: { ...workgroup, namespaceId: "dwh" } })).toEqual([
      ["warehouse.existing.namespaceId", expect.stringContaining("the last part of the ARN")],
    ]);
  });

  test("both at once: one is to go, and nothing is to be written as it is", () => {
    expect(mends({ create: {}, existing: cluster })).toEqual([["warehouse.existing", "Remove 'existing'."]]);
  });
});

test("a workgroup of Serverless: capacities that AWS has, enough subnets, and no settings of clusters", () => {
  const told = (settings: string) => findings(settings).map(({ path, severity }) => [path, severity]);
  const network = "network: { vpcId: vpc-0a1b2c3d, subnetIds: [subnet-0a1b2c3d, subnet-0b1b2c3d] }";
  expect(told(`serverless: { baseCapacity: 4, maxCapacity: 1024 }, ${network}`)).toEqual([]);
  expect(told("serverless: { baseCapacity: 12 }")).toEqual([["warehouse.create.serverless.baseCapacity", "error"]]);
  expect(told("serverless: { baseCapacity: 520 }")).toEqual([["warehouse.create.serverless.baseCapacity", "error"]]);
  expect(told("serverless: { baseCapacity: 64, maxCapacity: 32 }")).toEqual([
    ["warehouse.create.serverless.maxCapacity", "error"],
  ]);
  expect(told(`serverless: {}, enhancedVpcRouting: true, ${network}`)).toEqual([
    ["warehouse.create.network.subnetIds", "error"],
  ]);
  const [mixed] = findings("serverless: {}, nodes: 2");
  expect(mixed).toMatchObject({ path: "warehouse.create.nodes", severity: "error" });
});
