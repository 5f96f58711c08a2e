import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../contract/finding.js";
import { nearest } from "../../contract/nearest.js";
import type { Project } from "../../contract/read.js";

/** Files and sources that nobody names: usually a slip in the one place or the other. */
export function unusedFindings({ folder, project, contracts, findings }: Project): Finding[] {
  const found: Finding[] = [];
  const warn = (file: string, text: Pick<Finding, "found" | "expected" | "remedy">) =>
    found.push({ file, path: "", line: 1, ...text, severity: "warning" });
  const named = new Set(contracts.flatMap(({ aggregates }) => aggregates.map(({ name }) => name)));
  // A dataset that cannot be read may name any of them.
  const isComplete = !findings.some(({ file, severity }) => file.startsWith("datasets/") && severity === "error");
  for (const name of filesIn(folder, "aggregates")) {
    const aggregate = name.replace(/\.sql$/, "");
    if (aggregate === name) {
      warn(`aggregates/${name}`, {
        found: "a file that is not .sql",
        expected: "aggregates/<schema>.<name>.sql",
        remedy: "Rename or remove it.",
      });
    } else if (isComplete && !named.has(aggregate)) {
      const near = nearest(aggregate, named);
      warn(`aggregates/${name}`, {
        found: "an aggregate that no dataset lists",
        expected: `'aggregates: [${aggregate}]' in a dataset`,
        remedy:
          near === undefined
            ? "List it in a dataset, or remove it."
            : `Rename it to ${near}.sql, or list it in a dataset.`,
      });
    }
  }
  for (const name of filesIn(folder, "datasets")) {
    if (/\.ya?ml$/.test(name)) continue;
    warn(`datasets/${name}`, {
      found: "a file that is not read",
      expected: "datasets/<dataset>.yaml",
      remedy: "Rename or remove it.",
    });
  }
  const sources = Object.keys(project?.sources ?? {});
  for (const source of sources.filter(
    (each) => isComplete && !contracts.some((contract) => contract.source === each),
  )) {
    warn("sluice.yaml", {
      found: `the source '${source}' without a dataset`,
      expected: "at least one dataset per source",
      remedy: "Add a dataset, or remove the source, which would get unused buckets, roles and state machines.",
    });
  }
  return found;
}

function filesIn(folder: string, name: string): readonly string[] {
  const path = join(folder, name);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort();
}
