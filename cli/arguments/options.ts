import { type Command, Option } from "commander";

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

/** `--project`, `--local` */
export const withAccount = (command: Command) =>
  withProject(command).option("--local", "in the project's local account, which is started when it does not run");

/** `--json` */
export const withJson = (command: Command) => command.option("--json", "for programs: JSON on stdout");
