import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { z } from "zod";

/** A Chromium and what it needs in its environment. */
interface Program {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
}

/** As root a sandbox is refused; what is opened is our own page. */
const ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];
const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const Manifest = z.looseObject({ version: z.string() });
const UNPACK = 'import chromium from "@sparticuz/chromium"; await chromium.executablePath();';
const root = fileURLToPath(new URL("../..", import.meta.url));
const packages = join(root, "node_modules");

/** Starts a headless Chromium: the one that the variable `CHROMIUM` names, else the one that the npm package
 * `@sparticuz/chromium` carries together with its libraries and fonts (Linux on x64), else one on the PATH.
 * @throws Error when there is none */
export function launchChromium(): Promise<Browser> {
  const { executablePath, env } = findProgram();
  return chromium.launch({ executablePath, args: ARGUMENTS, env: { ...definedOnly(process.env), ...env } });
}

/** Whether the browser is the one with fonts of its own: then a page looks the same on every machine. */
export const carriesItsFonts = (): boolean =>
  (process.env.CHROMIUM ?? "") === "" && process.platform === "linux" && process.arch === "x64";

function findProgram(): Program {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== "") return { executablePath: named, env: {} };
  if (process.platform === "linux" && process.arch === "x64") return carriedProgram();
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path));
  if (found === undefined)
    throw new Error("There is no Chromium on this machine: install one, or name it in CHROMIUM.");
  return { executablePath: found, env: {} };
}

/** Unpacks the package's browser once, beside the installed packages. */
function carriedProgram(): Program {
  const manifest = readFileSync(join(packages, "@sparticuz", "chromium", "package.json"), "utf8");
  const folder = join(packages, ".cache", `chromium-${Manifest.parse(JSON.parse(manifest)).version}`);
  if (!existsSync(folder)) unpackInto(folder);
  return {
    executablePath: join(folder, "chromium"),
    env: { LD_LIBRARY_PATH: join(folder, "al2023", "lib"), FONTCONFIG_FILE: join(folder, "fonts.conf") },
  };
}

function unpackInto(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true });
  const own = mkdtempSync(`${folder}.`);
  // The package unpacks into the temporary folder, and its libraries only where it takes the machine for a Lambda.
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", UNPACK], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, TMPDIR: own, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" },
  });
  if (status !== 0) throw new Error(`@sparticuz/chromium could not be unpacked: ${stderr}`);
  writeFileSync(
    join(own, "fonts.conf"),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>\n`,
  );
  try {
    renameSync(own, folder);
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    // Another process was first.
    if (!existsSync(folder)) throw error;
  }
}

const definedOnly = (environment: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined));
