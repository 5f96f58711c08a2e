// `npm run lock-wheels`: writes the lists of wheels with their digests again, in the versions of requirements.txt and for
// python3.13: requirements-lambda.txt of what it has now (or of the packages that are named), for Lambda's arm64 and for x86_64,
// where a test tries the archive; requirements-glue.txt of everything, for Glue's x86_64.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { systems } from "../infra/wheels.ts";
import { environmentPython } from "./set-up/python.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pins = new Map(
  [...readFileSync(join(root, "glue-jobs", "requirements.txt"), "utf8").matchAll(/^([A-Za-z0-9._-]+)==(\S+)$/gm)].map(
    ([, name, version]) => [name, version],
  ),
);
const lambda = lockOf("requirements-lambda.txt");
write(lambda, process.argv.length > 2 ? process.argv.slice(2) : lambda.names, ["aarch64", "x86_64"]);
write(lockOf("requirements-glue.txt"), [...pins.keys()], ["x86_64"]);

function lockOf(name) {
  const file = join(root, "glue-jobs", name);
  const text = readFileSync(file, "utf8");
  const names = [...text.matchAll(/^([A-Za-z0-9._-]+)==/gm)].map(([, name]) => name);
  return { file, names, comment: text.split("\n").filter((line) => line.startsWith("#")) };
}

function write({ file, comment }, names, machines) {
  const entries = names.toSorted().map((name) => {
    const version = pins.get(name);
    if (version === undefined) throw new Error(`glue-jobs/requirements.txt has no ${name}`);
    const digests = new Set(machines.flatMap((machine) => digestsOf(`${name}==${version}`, machine)));
    return [`${name}==${version}`, ...[...digests].map((digest) => `    --hash=sha256:${digest}`)].join(" \\\n");
  });
  writeFileSync(file, `${[...comment, ...entries].join("\n")}\n`);
}

function digestsOf(requirement, machine) {
  const folder = mkdtempSync(join(tmpdir(), "sluice-wheels-"));
  try {
    execFileSync(
      environmentPython(join(root, ".venv")),
      [
        ...["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"],
        ...["--python-version", "3.13", "--implementation", "cp", "--abi", "cp313", "--abi", "abi3", "--abi", "none"],
        ...systems.flatMap((system) => ["--platform", `${system}_${machine}`]),
        ...["--dest", folder, requirement],
      ],
      { stdio: ["ignore", 2, 2] },
    );
    return readdirSync(folder).map((file) =>
      createHash("sha256")
        .update(readFileSync(join(folder, file)))
        .digest("hex"),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
