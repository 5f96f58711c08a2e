import type { Command } from "commander";
import type { SetExit } from "./commands/command.js";

/** A command as the list of all shows it. Its options are where its work is: in a file that is loaded when it is meant. */
export interface CommandEntry {
  readonly name: string;
  /** As the help writes what stands behind the name. */
  readonly takes: string;
  readonly summary: string;
  readonly load: () => Promise<(program: Command, setExit: SetExit) => void>;
}

/** Every command, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: "init",
    takes: "[options] [folder]",
    summary: "make a new project, with a small dataset and a sample file that loads",
    load: async () => (await import("./commands/init.js")).addInit,
  },
  {
    name: "infer",
    takes: "[options] <files...>",
    summary: "write a first contract from sample files: CSV, JSON or XML, packed or not",
    load: async () => (await import("./commands/infer.js")).addInfer,
  },
  {
    name: "import",
    takes: "[options] <file>",
    summary: "write a first contract from a schema: ODCS, JSON Schema, Avro, DDL",
    load: async () => (await import("./commands/import.js")).addImport,
  },
  {
    name: "try",
    takes: "[options] <dataset> <files...>",
    summary: "show what a load would make of files: counts, rows, rejects; nothing is loaded",
    load: async () => (await import("./commands/try.js")).addTry,
  },
  {
    name: "test",
    takes: "[options] [cases...]",
    summary: "load the files of test cases in a local account and compare rows and rejects",
    load: async () => (await import("./commands/test.js")).addTest,
  },
  {
    name: "check",
    takes: "[options]",
    summary: "find everything that is wrong with a project before it is deployed",
    load: async () => (await import("./commands/check.js")).addCheck,
  },
  {
    name: "export",
    takes: "[options] [dataset]",
    summary: "write contracts for other tools: ODCS, dbt sources, JSON Schema, Markdown",
    load: async () => (await import("./commands/export.js")).addExport,
  },
  {
    name: "synth",
    takes: "[options]",
    summary: "make the CloudFormation templates",
    load: async () => (await import("./commands/synth.js")).addSynth,
  },
  {
    name: "diff",
    takes: "[options]",
    summary: "show what deploy would change in the account",
    load: async () => {
      const { addDiff } = await import("./commands/diff.js");
      return (program) => addDiff(program);
    },
  },
  {
    name: "deploy",
    takes: "[options]",
    summary: "put the project into the AWS account of your credentials",
    load: async () => {
      const { addDeploy } = await import("./commands/deploy.js");
      return (program) => addDeploy(program);
    },
  },
  {
    name: "destroy",
    takes: "[options]",
    summary: "remove the project from its AWS account; its data stays",
    load: async () => {
      const { addDestroy } = await import("./commands/destroy.js");
      return (program) => addDestroy(program);
    },
  },
  {
    name: "bootstrap",
    takes: "[options]",
    summary: "prepare the warehouse, and the buckets that were there before; may be repeated",
    load: async () => (await import("./commands/bootstrap.js")).addBootstrap,
  },
  {
    name: "land",
    takes: "[options] <dataset> [file...]",
    summary: "upload files, and last the manifest that starts their load",
    load: async () => (await import("./commands/land.js")).addLand,
  },
  {
    name: "load",
    takes: "[options] <dataset> [file...]",
    summary: "land files and follow their load until it ends",
    load: async () => (await import("./commands/load.js")).addLoad,
  },
  {
    name: "status",
    takes: "[options] [dataset]",
    summary: "the newest loads and what became of them",
    load: async () => (await import("./commands/status.js")).addStatus,
  },
  {
    name: "history",
    takes: "[options] <dataset> [partition]",
    summary: "every load of a dataset, or of one partition, by partition",
    load: async () => (await import("./commands/history.js")).addHistory,
  },
  {
    name: "show",
    takes: "[options] <batch>",
    summary: "a batch's life: manifest, files, attempts, counts, SQL, what next",
    load: async () => (await import("./commands/show.js")).addShow,
  },
  {
    name: "rejects",
    takes: "[options] <dataset>",
    summary: "the rejected records of a dataset, with their reasons",
    load: async () => (await import("./commands/rejects.js")).addRejects,
  },
  {
    name: "query",
    takes: "[options] <sql>",
    summary: "run one statement in the warehouse, as its reader",
    load: async () => (await import("./commands/query.js")).addQuery,
  },
  {
    name: "rerun",
    takes: "[options] <batch|execution>",
    summary: "try a load again: a redrive where that helps, else anew",
    load: async () => (await import("./commands/rerun.js")).addRerun,
  },
  {
    name: "backfill",
    takes: "[options] <dataset>",
    summary: "load what landed in a range of partitions and is not loaded yet",
    load: async () => (await import("./commands/backfill.js")).addBackfill,
  },
  {
    name: "rollback",
    takes: "[options] <dataset>",
    summary: "put back the table that a dataset's last swap put aside",
    load: async () => (await import("./commands/rollback.js")).addRollback,
  },
  {
    name: "console",
    takes: "[options]",
    summary: "a page on 127.0.0.1: the loads of all datasets, each load's states, rejects; rerun and backfill",
    load: async () => (await import("./commands/console.js")).addConsole,
  },
  {
    name: "local",
    takes: "",
    summary: "run the local account of the project, or empty it",
    load: async () => (await import("./commands/local.js")).addLocal,
  },
  {
    name: "demo",
    takes: "[options]",
    summary: "load the example project in a fresh local account, and show what became of it",
    load: async () => (await import("./commands/demo.js")).addDemo,
  },
  {
    name: "completion",
    takes: "<shell>",
    summary: "print a script that completes commands, options and datasets",
    load: async () => (await import("./commands/completion.js")).addCompletion,
  },
];
