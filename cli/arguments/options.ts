import { type Command, InvalidArgumentError, Option } from "commander";
import type { Pace } from "../local/local-account-package.js";

export interface ProjectOptions {
  readonly project: string;
}

export interface EnvironmentOptions extends ProjectOptions {
  readonly env?: string;
}

export interface AccountOptions extends EnvironmentOptions {
  readonly local?: boolean;
  /** How long a local account that this command starts stays for others, in seconds. */
  readonly keep?: number;
}

export interface JsonOption {
  readonly json?: boolean;
}

/** `--project <folder>` */
export const withProject = (command: Command) =>
  command.addOption(new Option("--project <folder>", "the project's folder").default(".", "the current one"));

export interface PaceOption {
  readonly pace: Pace;
}

const paces: readonly Pace[] = ["instant", "real"];

/** `--pace instant | real` */
export const withPace = (command: Command) =>
  command.addOption(
    new Option("--pace <pace>", "duration of crawls, snapshots and Wait states: none, or as on AWS")
      .choices(paces)
      .default("instant"),
  );

/** `--project`, `--env` */
export const withEnvironment = (command: Command) =>
  withProject(command).option(
    "--env <name>",
    "an environment of sluice.yaml, or local (default: SLUICE_ENV, then the file's 'environment')",
  );

/** `--project`, `--env`, `--local`, `--keep` */
export const withAccount = (command: Command) =>
  withEnvironment(command)
    .option("--local", "the same as --env local: the project's local account, started if it is not running")
    .option(
      "--keep <duration>",
      "if this command starts the local account, keep it for later commands, such as 10m",
      seconds,
    );

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** `10m` → 600 */
export function seconds(text: string): number {
  const [, count, unit = ""] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? [];
  const each = unitSeconds[unit];
  if (count === undefined || each === undefined)
    throw new InvalidArgumentError("write a number and s, m or h, such as 10m");
  return Number(count) * each;
}

/** `--json` */
export const withJson = (command: Command) => command.option("--json", "print JSON on stdout");
