import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { checkKeyPolicy } from "../../cli/check/key-policy.js";
import { stacksOf } from "../../cli/check/templates.js";
import { KeyPolicy, shutOutBy } from "../../cli/permissions/key-policy.js";
import { readSoundProject } from "../../contract/read.js";
import { soundProject, writeProject } from "../contract/projects.js";

/** A policy of the project's own key that shuts Sluice, or AWS's services, out. */

const account = "111111111111";
const key = `arn:aws:kms:eu-west-1:${account}:key/own`;
const root = `arn:aws:iam::${account}:root`;
const allow = (Principal: unknown, Action: unknown = "kms:*", more: object = {}) => ({
  Effect: "Allow",
  Principal,
  Action,
  Resource: "*",
  ...more,
});
const services = ["logs.eu-west-1", "delivery.logs", "cloudwatch", "events", "sns"].map(
  (name) => `${name}.amazonaws.com`,
);
const whole = [
  allow({ AWS: root }),
  allow({ Service: services }, ["kms:Encrypt", "kms:Decrypt", "kms:Gen*", "kms:Describe*"]),
];

describe("of a project with its own key", () => {
  let folder: string;
  /** Once for all: that takes seconds. */
  let made: ReturnType<typeof stacksOf> | undefined;
  const file = () => join(folder, "policy.json");
  beforeAll(() => {
    folder = writeProject({
      ...soundProject,
      "sluice.yaml": `${soundProject["sluice.yaml"]}\naccount: "${account}"\ndeployment: { kms: "${key}" }\n`,
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const check = async (Statement: readonly unknown[], asked?: string) => {
    // As `aws kms get-key-policy` prints it.
    writeFileSync(file(), JSON.stringify({ Policy: JSON.stringify({ Statement }) }));
    made ??= stacksOf(folder, undefined);
    const { project } = readSoundProject(folder, "local");
    return checkKeyPolicy(folder, project, undefined, file(), asked, () => made ?? Promise.resolve([]));
  };

  test("one that delegates to IAM and allows the services shuts nobody out; without them each is named", async () => {
    expect(await check(whole)).toEqual({ shutOut: [], lines: [] });
    const { lines } = await check([allow({ AWS: account }), allow({ Service: services.slice(1) }, "kms:Decrypt")]);
    expect(lines).toContain(
      `${file()}: the key's policy shuts logs.eu-west-1.amazonaws.com out of kms:Encrypt: no statement of it allows it. Add a statement with "Principal": { "Service": "logs.eu-west-1.amazonaws.com" } that allows it, or name another key.`,
    );
    const shut = lines.map((line) => /shuts (\S+) out of (\S+):/.exec(line)?.slice(1).join(" "));
    expect(shut.filter((each) => each?.startsWith("delivery"))).toEqual([]);
    expect(shut).toContain("events.amazonaws.com kms:GenerateDataKey");
  });

  test("one without the delegation shuts every role out, and says so; a denial is named", async () => {
    const { shutOut, lines } = await check(whole.slice(1));
    const roles = new Set(shutOut.map(({ role }) => role));
    expect(roles.size).toBeGreaterThan(5);
    expect(shutOut.every(({ role, service }) => role !== undefined && service === undefined)).toBe(true);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/shuts the role \S+, .* out of kms:Decrypt: it does not delegate to IAM, .*:root/);
    const denial = { Sid: "NoRoles", Effect: "Deny", Principal: "*", Action: "kms:GenerateDataKey*", Resource: "*" };
    const denied = await check([...whole, denial]);
    expect(denied.lines[0]).toMatch(/out of kms:GenerateDataKey: its NoRoles denies it\. Except them/);
    expect(denied.shutOut.every(({ action }) => action === "kms:GenerateDataKey")).toBe(true);
  });

  test("a file that is no policy, and a key that the project does not name, are wrong usage", async () => {
    await expect(check(whole, key.replace("own", "other"))).rejects.toThrow(`one of ${key}`);
    writeFileSync(file(), "{}");
    const { project } = readSoundProject(folder, "local");
    await expect(checkKeyPolicy(folder, project, undefined, file(), undefined)).rejects.toThrow("get-key-policy");
  });
});

test("a role that is named needs no delegation; conditions are left open", () => {
  const users = [{ role: "loads", action: "kms:Decrypt" }];
  const shut = (...Statement: readonly unknown[]) => shutOutBy(KeyPolicy.parse({ Statement }), users, account);
  expect(shut(allow({ AWS: `arn:aws:iam::${account}:role/teams/loads` }, "kms:Decrypt"))).toEqual([]);
  expect(shut(allow({ AWS: `arn:aws:iam::${account}:role/preloads` }))).toHaveLength(1);
  expect(shut(allow({ AWS: "arn:aws:iam::222222222222:root" }))).toHaveLength(1);
  expect(shut(allow({ AWS: root }, "kms:*", { Condition: { Bool: { a: "b" } } }))).toEqual([]);
  expect(shut(allow({ AWS: root }), { ...allow("*"), Effect: "Deny", Condition: { Bool: { a: "b" } } })).toEqual([]);
});
