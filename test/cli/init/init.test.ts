import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "@jest/globals";
import { checkProject } from "../../../cli/check/check-project.js";
import { type Answers, askAnswers, defaultsFor, takeAnswers } from "../../../cli/init/answers.js";
import { projectFiles } from "../../../cli/init/project-files.js";
import { refuseToOverwrite, writeFiles } from "../../../cli/init/write-project.js";

const newFolder = () => mkdtempSync(join(tmpdir(), "sluice-init-"));

test.each<[string, Partial<Answers>]>([
  ["the defaults", {}],
  ["a source that SQL reserves", { source: "order" }],
  ["another", { source: "user" }],
  ["a third", { source: "table" }],
  ["one that PostgreSQL alone reserves", { source: "window" }],
  ["names that YAML takes for other things", { name: "true", source: "null" }],
  ["others", { name: "bikes", region: "us-east-2", source: "hire-shop", email: "ops@example.com" }],
])("a new project passes check, with %s", async (_, given) => {
  const folder = newFolder();
  writeFiles(folder, projectFiles(takeAnswers(given, defaultsFor("My Shop 2"))));
  const { findings, project } = await checkProject(folder);
  expect(findings).toEqual([]);
  expect(project?.name).toBe(given.name ?? "my-shop-2");
});

test("a name is made of the folder's, whatever that is", () => {
  const names = ["shop", "2026 Ärger", "___", "a-very-long-name-of-a-folder"].map((name) => defaultsFor(name).name);
  expect(names).toEqual(["shop", "arger", "project", "a-very-long-name"]);
});

/** Types one line after each question, as a person does. */
async function typed(lines: readonly string[], given = {}) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = "";
  const left = [...lines];
  output.on("data", (text: Buffer) => {
    shown += text.toString();
    if (!text.toString().endsWith(": ")) return;
    const line = left.shift();
    if (line === undefined) input.end();
    else input.write(`${line}\n`);
  });
  return { answers: await askAnswers(given, defaultsFor("shop"), { input, output }), shown: () => shown };
}

test("four questions; an empty answer takes what is offered, one that will not do is asked for again", async () => {
  const { answers, shown } = await typed(["", "Dublin", "eu-west-2", "till", "nobody", "ops@example.com"]);
  expect(answers).toEqual({ name: "shop", region: "eu-west-2", source: "till", email: "ops@example.com" });
  expect(shown()).toContain("[shop]");
  expect(shown()).toContain("a region is written like eu-west-1");
  expect(shown()).toContain("an address is written like");
});

test("what was given as an option is not asked", async () => {
  const { answers, shown } = await typed([""], { name: "bikes", region: "eu-west-1", source: "hire" });
  expect(answers).toEqual({ name: "bikes", region: "eu-west-1", source: "hire", email: "" });
  expect(shown()).not.toContain("region");
});

test("questions that are broken off leave nothing behind", async () => {
  await expect(typed(["shop"])).rejects.toMatchObject({
    name: "UsageWrong",
    message: expect.stringMatching(/nothing was/),
  });
});

test("an option that will not do is refused, with one that will", () => {
  expect(() => takeAnswers({ name: "My Shop" }, defaultsFor("x"))).toThrow(/--name 'My Shop'.*Write --name my-shop/);
  expect(() => takeAnswers({ source: "a-source-of-many-letters" }, defaultsFor("shop"))).toThrow(
    /24 characters together/,
  );
});

test("nothing that is there is replaced", () => {
  const folder = newFolder();
  mkdirSync(join(folder, "samples"));
  writeFileSync(join(folder, "samples", "orders.csv"), "mine");
  const files = projectFiles(defaultsFor("shop"));
  expect(() => refuseToOverwrite(folder, Object.keys(files))).toThrow(
    /holds samples\/orders\.csv already.*move it away/,
  );
  expect(() => writeFiles(folder, files)).toThrow(/EEXIST/);
  expect(readFileSync(join(folder, "samples", "orders.csv"), "utf8")).toBe("mine");
  writeFileSync(join(folder, "sluice.yaml"), "");
  expect(() => refuseToOverwrite(folder, Object.keys(files))).toThrow(/already a Sluice project/);
});
