import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { beyondRedrive } from "../../contract/failures.js";
import { refusals } from "../../contract/refusals.js";
import { generatedSections, pagePath, withSection } from "../../scripts/generated-docs.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const filesUnder = (folder: string, end: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(end))
    .map((name) => join(root, folder, name));
const read = (path: string) => readFileSync(path, "utf8");

const pages = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "local/README.md"].map((name) => join(root, name)),
  ...filesUnder("docs", ".md"),
];
const withoutCode = (text: string) => text.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");

/** The anchors that GitHub gives to a page's headings. */
function anchorsOf(path: string): ReadonlySet<string> {
  const titles = [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) => title);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

describe("README and docs", () => {
  test.each(pages.map((path) => [relative(root, path), path]))("%s: every link leads somewhere", (_name, path) => {
    const links = [...withoutCode(read(path)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    const broken = links.filter((target) => {
      if (/^https?:/.test(target)) return false;
      const [file = "", anchor] = target.split("#");
      const found = file === "" ? path : join(dirname(path), file);
      if (!existsSync(found)) return true;
      return anchor !== undefined && !anchorsOf(found).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  test("every file and folder of ours that they name is there", () => {
    const rooms = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const missing = pages.flatMap((path) =>
      [
        ...read(path)
          .replace(/```[\s\S]*?```/g, "")
          .matchAll(/`([a-z-]+\/[a-zA-Z0-9_./-]*)`/g),
      ]
        .map(([, named = ""]) => named)
        .filter((named) => rooms.some(({ name }) => named.startsWith(`${name}/`)) && !existsSync(join(root, named)))
        .map((named) => `${relative(root, path)}: ${named}`),
    );
    expect(missing).toEqual([]);
  });

  test("every command that they name is there", () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read(join(root, "package.json"))));
    const commands = new Set(
      filesUnder("cli/commands", ".ts").flatMap((path) =>
        [...read(path).matchAll(/\.command\("([a-z-]+)/g)].map(([, name = ""]) => name),
      ),
    );
    const unknown = pages.flatMap((path) => {
      const text = read(path);
      const named = [...text.matchAll(/npm run ([a-z-]+)/g)].filter(([, name = ""]) => scripts[name] === undefined);
      const typed = [...text.matchAll(/(?:`|npx )sluice ([a-z]+)/g)].filter(([, name = ""]) => !commands.has(name));
      return [...named, ...typed].map(([text]) => `${relative(root, path)}: ${text}`);
    });
    expect(commands.size).toBeGreaterThan(10);
    expect(unknown).toEqual([]);
  });
});

test.each(generatedSections)("$page: '$name' is what the code says (npm run docs)", ({ page, name, make }) => {
  const text = read(pagePath(page));
  expect(text).toBe(withSection(text, name, make()));
});

describe("the runbook", () => {
  const runbook = read(join(root, "docs", "runbook.md"));
  const titles = new Set([...runbook.matchAll(/^### (.*)$/gm)].map(([, title = ""]) => title));

  test("has a section for every refusal", () => {
    expect(Object.keys(refusals).filter((name) => !titles.has(name))).toEqual([]);
  });

  test("has a section for every error that an execution can end with", () => {
    const inMachines = filesUnder("state-machines", ".asl.json").flatMap((path) =>
      [...read(path).matchAll(/"Error": "([A-Za-z]+)"/g)].map(([, name = ""]) => name),
    );
    const inFunctions = filesUnder("functions", ".ts").flatMap((path) =>
      [...read(path).matchAll(/readonly name = "([A-Za-z]+)"/g)].map(([, name = ""]) => name),
    );
    const names = [...new Set([...inMachines, ...inFunctions])];
    expect(names.length).toBeGreaterThan(15);
    // load-partition catches `Refused` and ends with the refusal's own name.
    expect(names.filter((name) => name !== "Refused" && !titles.has(name))).toEqual([]);
  });

  test("sends the failures to a new execution that alerts and rerun send there, and no others", () => {
    const sections = runbook.slice(runbook.indexOf("\n## Failures")).split("\n### ").slice(1);
    const started = sections
      .filter((section) => /new\s+execution/.test(section))
      .map((section) => section.split("\n", 1)[0]);
    expect(started.toSorted()).toEqual([...beyondRedrive].sort());
  });
});
