import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { checkAgainst } from "../../../cli/check/against/against.js";
import { changesText } from "../../../cli/check/against/show.js";
import { readProject } from "../../../contract/read.js";
import { soundProject, writeProject } from "../../contract/projects.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function made(files: Readonly<Record<string, string>> = soundProject): string {
  const folder = writeProject(files);
  folders.push(folder);
  return folder;
}

const orders = soundProject["datasets/orders.yaml"];
const grown = orders.replace("decimal(10,2)", "decimal(12,2)").replace("  - { name: op, type: char(1) }\n", "");

const against = (folder: string, version: string) => checkAgainst(readProject(folder), version, { project: folder });

function committed(): string {
  const folder = made();
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      stdio: "pipe",
    });
  git("init", "-q");
  git("add", "-A");
  git("commit", "-qm", "one");
  return folder;
}

test("a commit: the working tree is compared with it", async () => {
  const folder = committed();
  expect(await against(folder, "HEAD")).toEqual({ changes: [], stops: false });
  writeFileSync(join(folder, "datasets/orders.yaml"), grown);
  const found = await against(folder, "HEAD");
  expect(found.stops).toBe(true);
  expect(changesText(found.changes, "HEAD")).toMatchInlineSnapshot(`
"planned: datasets/orders.yaml columns.amount.type: decimal(10,2) → decimal(12,2)
    table: The next load copies the table into one with the new type, which takes its name, grants and comments. Readers wait as long as the copy takes, and the warehouse needs space for the table twice.
    readers: Bound views are created again with the new type; with materialized views, datashares or policies, the load is refused (DependentViews).
breaks readers: datasets/orders.yaml columns.op: removed char(1)
    table: The table keeps the column, so loads end as SchemaDrift until somebody drops it. Write 'retired: true' to keep it without new values.
    readers: Queries that use the column fail once it is dropped.

2 changes against HEAD: 1 planned, 1 breaks readers. If they are intended, give the reason in datasets/orders.yaml: breaks: <text>."
`);
});

test("a folder, a file and a pinned contract say the same", async () => {
  const folder = made({ ...soundProject, "datasets/orders.yaml": grown });
  const before = made();
  const pinned = join(before, "contract.json");
  writeFileSync(pinned, JSON.stringify(readProject(before).contracts[0]));
  const { changes } = await against(folder, before);
  expect(changes).toHaveLength(2);
  expect((await against(folder, join(before, "datasets/orders.yaml"))).changes).toEqual(changes);
  expect((await against(folder, pinned)).changes).toEqual(changes);
});

test("a new reason in the file lets it pass", async () => {
  const folder = made({ ...soundProject, "datasets/orders.yaml": `${grown}breaks: nobody reads op\n` });
  const found = await against(folder, made());
  expect(found.stops).toBe(false);
  expect(changesText(found.changes, "main")).toContain(
    "breaks readers: datasets/orders.yaml columns.op: removed char(1) (accepted: 'breaks')",
  );
});

test("what is no commit says what to write instead", async () => {
  await expect(against(committed(), "no-such-branch")).rejects.toThrow(
    /^'no-such-branch' is not a commit, branch or tag .* Write 'deployed', or fetch it first/,
  );
  await expect(against(made(), "main")).rejects.toThrow(/'main' is not a commit/);
});

test("a version that cannot be read is said, with the place", async () => {
  const broken = made({ ...soundProject, "datasets/orders.yaml": orders.replace("char(1)", "chr(1)") });
  await expect(against(made(), broken)).rejects.toThrow(/cannot be read .*orders\.yaml:9 columns\[3\]\.type/);
  await expect(against(made(), join(broken, "sluice.yaml"))).rejects.toThrow(/cannot be compared with/);
});
