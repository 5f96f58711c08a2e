// `npm run lock-wheels`: writes glue-jobs/requirements-lambda.txt anew, the wheels of the Lambda's archive with their digests:
// the versions of requirements.txt, for Lambda's python3.13 on arm64, and for x86_64, where a test tries the archive.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { environmentPython } from "./set-up/python.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = join(root, "glue-jobs", "requirements-lambda.txt");
const machines = ["aarch64", "x86_64"];
/** From the newest: Lambda's python3.13 has glibc 2.34. */
const systems = [
  "manylinux_2_28",
  "manylinux_2_27",
  "manylinux_2_26",
  "manylinux_2_24",
  "manylinux_2_17",
  "manylinux2014",
];

const pins = new Map(
  [...readFileSync(join(root, "glue-jobs", "requirements.txt"), "utf8").matchAll(/^([A-Za-z0-9._-]+)==(\S+)$/gm)].map(
    ([, name, version]) => [name, version],
  ),
);
const before = readFileSync(lock, "utf8");
const comment = before
  .split("\n")
  .filter((line) => line.startsWith("#"))
  .join("\n");
const names =
  process.argv.length > 2
    ? process.argv.slice(2)
    : [...before.matchAll(/^([A-Za-z0-9._-]+)==/gm)].map(([, name]) => name);

const entries = names.toSorted().map((name) => {
  const version = pins.get(name);
  if (version === undefined) throw new Error(`glue-jobs/requirements.txt has no ${name}`);
  const digests = new Set(machines.flatMap((machine) => digestsOf(`${name}==${version}`, machine)));
  return [`${name}==${version}`, ...[...digests].map((digest) => `    --hash=sha256:${digest}`)].join(" \\\n");
});
writeFileSync(lock, `${comment}\n${entries.join("\n")}\n`);

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
