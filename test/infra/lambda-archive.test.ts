import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { glueWheels } from "../../infra/glue-wheels.js";
import { writeLambdaArchive } from "../../infra/lambda-archive.js";
import { wheelsOf } from "../../infra/wheels.js";
import { packageFolder } from "../../package-folder.js";
import { sampleContract } from "../functions/samples.js";

const made = mkdtempSync(join(tmpdir(), "sluice-archive-"));
afterAll(() => rmSync(made, { recursive: true, force: true }));

const jobs = join(packageFolder, "glue-jobs");
const pins = (file: string) =>
  new Map(
    [...readFileSync(join(jobs, file), "utf8").matchAll(/^([A-Za-z0-9._-]+)==(\S+)/gm)].map(
      ([, name = "", version]) => [name, version] as const,
    ),
  );

test("the wheels of the Glue job are those of requirements.txt, the Lambda's some of them, each with a digest", () => {
  const job = pins("requirements.txt");
  expect(pins("requirements-glue.txt")).toEqual(job);
  for (const [name, version] of pins("requirements-lambda.txt")) expect([name, job.get(name)]).toEqual([name, version]);
  for (const name of ["requirements-glue.txt", "requirements-lambda.txt"]) {
    const lock = readFileSync(join(jobs, name), "utf8");
    for (const entry of lock.split(/^(?=[A-Za-z])/m).slice(1))
      expect(entry).toMatch(/ \\\n {4}--hash=sha256:[0-9a-f]{64}/);
  }
});

test("without wheels the archive has the core and the list of what it needs; its digest follows both", () => {
  const folder = join(made, "bare");
  const digest = writeLambdaArchive(folder, undefined);
  expect(readdirSync(folder).sort()).toEqual(["partition_to_parquet", "requirements.txt"]);
  expect(existsSync(join(folder, "partition_to_parquet", "lambda_function.py"))).toBe(true);
  expect(writeLambdaArchive(join(made, "again"), undefined)).toBe(digest);
});

test("an archive that Lambda would not take is not made, and the message says by how much", () => {
  expect(() => writeLambdaArchive(join(made, "large"), undefined, 1000)).toThrow(
    /has \d+ bytes unpacked; at most 1000 are allowed/,
  );
});

/** A Python as Lambda has it, with which compiled wheels of this machine can be tried. */
function python313(): string | undefined {
  const versions = join(homedir(), ".pyenv", "versions");
  const own = existsSync(versions)
    ? readdirSync(versions).flatMap((name) =>
        name.startsWith("3.13") ? [join(versions, name, "bin", "python3.13")] : [],
      )
    : [];
  return ["python3.13", "python3", ...own].find((python) =>
    /^Python 3\.13\./.test(spawnSync(python, ["--version"], { encoding: "utf8" }).stdout ?? ""),
  );
}

test("a wheel that the lock does not know is not taken, and nothing is left of the attempt", () => {
  const cache = join(made, "cache");
  const file = join(made, "wrong.txt");
  const wheel = join(made, "six-1.17.0-py3-none-any.whl");
  writeFileSync(wheel, "somebody else's");
  writeFileSync(file, `${wheel} --hash=sha256:${"0".repeat(64)}\n`);
  const before = process.env.SLUICE_CACHE;
  process.env.SLUICE_CACHE = cache;
  try {
    const fetched = () =>
      wheelsOf({ name: "wrong", lock: file, machine: "x86_64", of: "a test", by: "download", finish: () => undefined });
    expect(fetched).toThrow(/packages of a test could not be fetched .* sluice synth --no-wheels/);
    expect(readdirSync(cache)).toEqual([]);
  } finally {
    if (before === undefined) delete process.env.SLUICE_CACHE;
    else process.env.SLUICE_CACHE = before;
  }
});

const python = process.platform === "linux" ? python313() : undefined;
if (python !== undefined) {
  test("the archive for this machine converts a batch with nothing but what is in it", () => {
    const folder = join(made, "whole");
    writeLambdaArchive(folder, process.arch === "arm64" ? "aarch64" : "x86_64");
    const contract = join(made, "contract.json");
    writeFileSync(contract, JSON.stringify(sampleContract()));
    const script = join(packageFolder, "test", "infra", "run_archive.py");
    const lines = execFileSync(python, ["-I", "-S", script, folder, contract], { encoding: "utf8" }).trim().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
      engine: "lambda",
      run_id: "request-1",
      counts: { read: 3, written: 2, deduplicated: 0, rejected: 1 },
    });
  }, 180_000);

  test("Glue's pip finds all packages in the zip of wheels, and asks no index", () => {
    const { folder } = glueWheels(undefined);
    const wheels = join(folder, "wheels");
    const options = ["--no-index", "--find-links", wheels, "--only-binary=:all:", "--target", join(made, "glue")];
    const for6 = ["--python-version", "3.13", "--implementation", "cp", "--platform", "manylinux_2_28_x86_64"];
    const more = ["--platform", "manylinux_2_26_x86_64", "--platform", "manylinux2014_x86_64"];
    const pip = ["-m", "pip", "--disable-pip-version-check", "install", "--dry-run", ...options, ...for6, ...more];
    const said = execFileSync(python, [...pip, "--requirement", join(wheels, "requirements.txt")], {
      encoding: "utf8",
    });
    const [, installed = ""] = /^Would install (.*)$/m.exec(said) ?? [];
    expect(installed.split(" ")).toHaveLength(pins("requirements-glue.txt").size);
  }, 180_000);
}
