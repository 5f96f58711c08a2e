import "../../functions/quiet.js";
import { ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { main } from "../../../cli/main.js";
import { chooseAwsEnvironment, chooseEnvironment } from "../../../cli/project/environment.js";
import { soundProject, writeProject } from "../../contract/projects.js";

const declare = (more: string) =>
  writeProject({ ...soundProject, "sluice.yaml": `${soundProject["sluice.yaml"]}\n${more}\n` });
const two = 'environments: { dev: { account: "111111111111" }, prod: { account: "222222222222" } }';

afterEach(() => {
  delete process.env.SLUICE_ENV;
  jest.restoreAllMocks();
});

async function sluice(...args: readonly string[]) {
  let text = "";
  for (const stream of ["stdout", "stderr"] as const) {
    jest.spyOn(process[stream], "write").mockImplementation((part) => {
      text += String(part);
      return true;
    });
  }
  const code = await main(["node", "sluice", ...args]);
  return { code, text };
}

describe("which environment is meant", () => {
  test("--local, --env, SLUICE_ENV, the file's own, in this order", () => {
    const folder = declare(`environment: dev\n${two}`);
    expect(chooseEnvironment(folder, {})).toBe("dev");
    process.env.SLUICE_ENV = "prod";
    expect(chooseEnvironment(folder, {})).toBe("prod");
    expect(chooseEnvironment(folder, { env: "dev" })).toBe("dev");
    expect(chooseEnvironment(folder, { local: true })).toBe("local");
    process.env.SLUICE_ENV = "local";
    expect(chooseEnvironment(folder, {})).toBe("local");
    process.env.SLUICE_ENV = "";
    expect(chooseEnvironment(folder, {})).toBe("dev");
  });

  test("a project without environments has AWS and local", () => {
    expect(chooseEnvironment(declare(""), {})).toBeUndefined();
    expect(chooseEnvironment(declare(""), { env: "local" })).toBe("local");
    expect(chooseEnvironment(declare("environment: local"), {})).toBe("local");
  });

  test("that local is the usual one does not concern what is for AWS", () => {
    expect(chooseAwsEnvironment(declare("environment: local"), {})).toBeUndefined();
    expect(() => chooseAwsEnvironment(declare(`environment: local\n${two}`), {})).toThrow("dev, prod");
    process.env.SLUICE_ENV = "local";
    expect(chooseAwsEnvironment(declare(""), {})).toBe("local");
  });

  test.each<[string, readonly string[], string]>([
    ["none chosen", ["status"], "sluice.yaml has environments: dev, prod; and there is local. Choose one with --env"],
    [
      "unknown",
      ["status", "--env", "prdo"],
      "There is no environment 'prdo' (--env) in this project. Did you mean 'prod'?",
    ],
    ["two", ["status", "--env", "dev", "--local"], "--local and --env dev are different environments"],
    ["deploy in none", ["deploy", "--yes"], "Choose one with --env"],
    ["deploy locally", ["deploy", "--yes", "--env", "local"], "sluice deploy works only on AWS"],
  ])("%s: one sentence", async (_, args, sentence) => {
    const { code, text } = await sluice(...args, "--project", declare(two));
    expect(code).toBe(64);
    expect(text).toContain(sentence);
    expect(text.trim().split("\n")).toHaveLength(1);
  });
});

test("credentials of another account: nothing is done", async () => {
  const sts = mockClient(STSClient);
  const stepFunctions = mockClient(SFNClient);
  sts.on(GetCallerIdentityCommand).resolves({ Account: "333333333333", Arn: "arn:aws:iam::333333333333:user/me" });
  const asked = ["status", "bootstrap", "check --against deployed", "deploy --yes", "diff", "destroy --yes"];
  for (const args of asked.map((words) => words.split(" "))) {
    const { code, text } = await sluice(...args, "--env", "dev", "--project", declare(two));
    expect([code, text.trim().split("\n").length]).toEqual([1, 1]);
    expect(text).toContain("These credentials belong to account 333333333333");
    expect(text).toContain("'dev' belongs to account 111111111111. Nothing was done. Set AWS_PROFILE");
  }
  expect(stepFunctions.commandCalls(ListStateMachinesCommand)).toEqual([]);
  sts.restore();
  stepFunctions.restore();
});

test("what a person gives is looked at before any account is reached", async () => {
  const stepFunctions = mockClient(SFNClient);
  stepFunctions.rejects(new Error("reached"));
  const project = declare("");
  for (const args of [
    ["load", "ordesr", "x.csv"],
    ["load", "orders", "nothing.csv"],
    ["land", "orders", "nothing.csv"],
    ["status", "ordesr"],
    ["rejects", "orders", "--partition", "yesterday"],
    ["history", "orders", "yesterday"],
    ["backfill", "orders", "--from", "2026-11-03", "--to", "2026-11-01"],
    ["rollback", "ordesr"],
  ]) {
    const { code, text } = await sluice(...args, "--project", project);
    expect([args, code]).toEqual([args, 64]);
    expect(text).not.toContain("reached");
  }
  stepFunctions.restore();
});
