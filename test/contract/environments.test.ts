import { describe, expect, test } from "@jest/globals";
import { describeFinding, readProject, readSoundProject } from "../../contract/read.js";
import { soundProject, writeProject } from "./projects.js";

const declare = (environments: string) =>
  writeProject({ ...soundProject, "sluice.yaml": `${soundProject["sluice.yaml"]}${environments}` });

const two = `
environments:
  dev: { account: "111111111111", region: eu-central-1 }
  prod:
    prefix: ""
    account: "222222222222"
    alerts: { email: on-call@example.com }
    warehouse: { existing: { clusterIdentifier: main, database: dw, secretArn: "arn:aws:s", copyRoleArn: "arn:aws:c" } }
    sources: { web: { landing: { existingBucket: acme-landing } } }
`;

describe("environments", () => {
  test("each lays its keys over the file; names carry it unless its prefix is empty", () => {
    const folder = declare(two);
    const base = readSoundProject(folder, "local").project;
    const dev = readSoundProject(folder, "dev").project;
    const prod = readSoundProject(folder, "prod").project;
    expect(dev.name).toBe(`dev-${base.name}`);
    expect(dev).toMatchObject({ account: "111111111111", region: "eu-central-1", warehouse: base.warehouse });
    expect(prod.name).toBe(base.name);
    expect(prod.region).toBe(base.region);
    expect(prod.alerts).toMatchObject({ email: "on-call@example.com" });
    // A warehouse of another kind takes the place of the whole; a source keeps what is not said.
    expect(Object.keys(prod.warehouse)).toEqual(["existing", "schema", "large_strings"]);
    expect(prod.sources.web?.landing).toEqual({ existingBucket: "acme-landing" });
    expect(prod.sources.web?.concurrency).toBe(base.sources.web?.concurrency);
    expect(base.account).toBeUndefined();
    expect(readProject(folder).findings).toEqual([]);
  });

  test.each<[string, string, readonly string[]]>([
    ["a wrong value", "{ dev: { region: Ireland } }", ["environments.dev.region", '"Ireland"']],
    ["an unknown key", "{ dev: { reigon: eu-west-1 } }", ["environments.dev.reigon", "Write 'region'"]],
    [
      "an unknown key further down",
      "{ dev: { sources: { web: { landnig: create } } } }",
      ["environments.dev.sources.web.landnig", "Write 'landing'"],
    ],
    ["local", "{ local: {} }", ["environments.local", "'local' is reserved"]],
    ["an account without quotes", "{ dev: { account: 111111111111 } }", ["environments.dev.account", "in quotes"]],
    ["too long a name", "{ a-very-long-environment: {} }", ["sources.web", "at most 24"]],
  ])("%s is found where it stands", (_, environments, texts) => {
    const { findings } = readProject(declare(`\nenvironments: ${environments}\n`));
    const found = findings.map(describeFinding).join("\n");
    for (const text of texts) expect(found).toContain(text);
    // What is wrong with one environment does not keep another from being used.
    expect(() => readSoundProject(declare(`\nenvironments: ${environments}\n`))).toThrow("error(s)");
  });

  test("two that would deploy over each other are found, as far as their accounts are known", () => {
    const named = (environments: string) => readProject(declare(`\nenvironments: ${environments}\n`)).findings;
    const both = (dev: string, prod: string) => named(`{ dev: { prefix: "" ${dev} }, prod: { prefix: "" ${prod} } }`);
    const [one, two] = [', account: "111111111111"', ', account: "222222222222"'];
    expect(both(one, two)).toEqual([]);
    expect(named(`{ dev: { account: "111111111111" }, prod: { account: "111111111111" } }`)).toEqual([]);
    expect(both(one, `${one}, region: eu-central-1`)).toEqual([
      expect.objectContaining({
        severity: "error",
        path: "environments.prod",
        found: expect.stringMatching(/^resources named \w+-…, as in the environment 'dev' of the same account 1+$/),
        remedy: "Write another 'prefix', or another 'account'.",
      }),
    ]);
    expect(both(one, "")).toEqual([
      expect.objectContaining({ severity: "warning", remedy: "Write the 'account' of both, or another 'prefix'." }),
    ]);
  });

  test("a workgroup of Serverless takes the place of a cluster", () => {
    const folder = declare(`
environments:
  prod: { warehouse: { create: { serverless: { baseCapacity: 32 } } } }
`);
    const { project } = readProject(folder, "prod");
    expect(project?.warehouse).toMatchObject({ create: { serverless: { baseCapacity: 32 }, database: "analytics" } });
    expect(project?.warehouse).not.toMatchObject({ create: { nodes: 2 } });
  });

  test("another environment's fault keeps nobody from using this one", () => {
    const folder = declare("\nenvironments: { dev: {}, prod: { region: nowhere } }\n");
    expect(readSoundProject(folder, "dev").project.region).toBe("eu-west-1");
    expect(() => readSoundProject(folder, "prod")).toThrow("nowhere");
  });

  test("an environment that does not exist is refused with the nearest", () => {
    const folder = declare(two);
    expect(() => readSoundProject(folder, "prdo")).toThrow("Write 'prod'");
    const usual = declare(`\nenvironment: deb${two}`);
    expect(readProject(usual).findings.map(describeFinding).join()).toContain("Write 'dev'");
  });
});
