import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { localEnvironment } from "../../contract/environments.js";
import { nearest } from "../../contract/nearest.js";
import { UsageWrong } from "../output/exit-codes.js";

/** What the file says of environments, before it is known to be sound. */
interface Declared {
  readonly names: readonly string[];
  readonly usual: string | undefined;
}

function declaredIn(folder: string): Declared {
  const file = join(folder, "sluice.yaml");
  const content: unknown = existsSync(file) ? parseOrNothing(readFileSync(file, "utf8")) : {};
  const { environments, environment } = typeof content === "object" && content !== null ? toRecord(content) : {};
  return {
    names: typeof environments === "object" && environments !== null ? Object.keys(environments) : [],
    usual: typeof environment === "string" ? environment : undefined,
  };
}

const toRecord = (value: object): Readonly<Record<string, unknown>> => Object.fromEntries(Object.entries(value));

/** A file that is no YAML is told of when the project is read. */
function parseOrNothing(text: string): unknown {
  try {
    return parse(text, { logLevel: "silent" });
  } catch {
    return {};
  }
}

export interface Choice {
  readonly env?: string | undefined;
  readonly local?: boolean | undefined;
}

const isLocal = (name: string | undefined) => name === localEnvironment;

/**
 * The environment that a command means: `--local` and `--env`, then SLUICE_ENV, then the file's own `environment`.
 * @returns `local`, a name of the file, or undefined for a project that has no environments
 * @throws UsageWrong for a name that the file does not have, and where there are some and none is chosen
 */
export function chooseEnvironment(folder: string, { env, local = false }: Choice): string | undefined {
  const declared = declaredIn(folder);
  if (local && env !== undefined && !isLocal(env)) {
    throw new UsageWrong(`--local and --env ${env} are different environments. Use one of them.`);
  }
  if (local) return localEnvironment;
  const given = env === undefined ? fromVariable() : { name: env, from: "--env" };
  if (given !== undefined) return known(given.name, given.from, declared);
  if (declared.usual !== undefined) return known(declared.usual, "'environment' of sluice.yaml", declared);
  if (declared.names.length === 0) return undefined;
  throw noChoice(declared);
}

/**
 * The same for commands that are for AWS alone: that the local account is a project's usual one does not concern them.
 * @returns `local` only where a person asked for it
 */
export function chooseAwsEnvironment(folder: string, choice: Choice): string | undefined {
  const { names, usual } = declaredIn(folder);
  const isAsked = choice.local === true || choice.env !== undefined || fromVariable() !== undefined;
  if (isAsked || !isLocal(usual)) return chooseEnvironment(folder, choice);
  if (names.length === 0) return undefined;
  throw noChoice({ names, usual });
}

function noChoice({ names }: Declared): UsageWrong {
  return new UsageWrong(
    `sluice.yaml has environments: ${names.join(", ")}; and there is local. Choose one with --env, or set SLUICE_ENV.`,
  );
}

function fromVariable() {
  const name = process.env.SLUICE_ENV;
  return name === undefined || name === "" ? undefined : { name, from: "SLUICE_ENV" };
}

function known(name: string, from: string, { names }: Declared): string {
  const all = [...names, localEnvironment];
  if (all.includes(name)) return name;
  const near = nearest(name, all);
  const hint = near === undefined ? "" : ` Did you mean '${near}'?`;
  throw new UsageWrong(`There is no environment '${name}' (${from}) in this project.${hint} Known: ${all.join(", ")}.`);
}
