import { type Command, Option } from "commander";
import type { Pace } from "../local/local-account-package.js";

export interface ProjectOptions {
  readonly project: string;
}

export interface AccountOptions extends ProjectOptions {
  readonly local?: boolean;
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
    new Option("--pace <pace>", "how long crawls, snapshots and Wait states take: no time, or as on AWS")
      .choices(paces)
      .default("instant"),
  );

/** `--project`, `--local` */
export const withAccount = (command: Command) =>
  withProject(command).option("--local", "in the project's local account, which is started when it does not run");

/** `--json` */
export const withJson = (command: Command) => command.option("--json", "for programs: JSON on stdout");
