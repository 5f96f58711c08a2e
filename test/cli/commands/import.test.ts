import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { main } from "../../../cli/main.js";
import { soundProject, writeProject } from "../../contract/projects.js";

let errors = "";

beforeEach(() => {
  errors = "";
  jest.spyOn(process.stdout, "write").mockReturnValue(true);
  jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    errors += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

test("a contract that check takes, and that is never written over another", async () => {
  const folder = writeProject(soundProject);
  const ddl = join(folder, "refunds.sql");
  writeFileSync(ddl, "create table shop.refunds (id int primary key, amount decimal(10,2))");
  const args = ["node", "sluice", "import", ddl, "--from", "ddl", "--source", "web", "--write", "--project", folder];
  expect(await main(args)).toBe(0);
  expect(await main(["node", "sluice", "check", "--project", folder])).toBe(0);
  const file = join(folder, "datasets/refunds.yaml");
  writeFileSync(file, "mine");
  expect(await main(args)).toBe(64);
  expect(errors).toContain("datasets/refunds.yaml exists already.");
  expect(readFileSync(file, "utf8")).toBe("mine");
});

test("a schema that cannot be read is named, with what to do", async () => {
  const folder = writeProject({ ...soundProject, "x.avsc": "{}" });
  expect(await main(["node", "sluice", "import", join(folder, "x.avsc"), "--from", "avro"])).toBe(1);
  expect(errors).toContain("x.avsc is not the Avro schema of a record");
});
