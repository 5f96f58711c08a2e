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
    summary: "create a project with a small dataset and a sample file that loads",
    load: async () => (await import("./commands/init.js")).addInit,
  },
  {
    name: "infer",
    takes: "[options] <files...>",
    summary: "draft a contract from sample files: CSV, JSON or XML, compressed or not",
    load: async () => (await import("./commands/infer.js")).addInfer,
  },
  {
    name: "import",
    takes: "[options] <file|table>",
    summary: "draft a contract from a schema (ODCS, JSON Schema, Avro, DDL) or a table",
    load: async () => (await import("./commands/import.js")).addImport,
  },
  {
    name: "try",
    takes: "[options] <dataset> <files...>",
    summary: "preview a load of files: counts, rows as typed, rejects; nothing is loaded",
    load: async () => (await import("./commands/try.js")).addTry,
  },
  {
    name: "test",
    takes: "[options] [cases...]",
    summary: "run test cases: load sample files locally, compare rows and rejects",
    load: async () => (await import("./commands/test.js")).addTest,
  },
  {
    name: "check",
    takes: "[options]",
    summary: "validate a project before it is deployed",
    load: async () => (await import("./commands/check.js")).addCheck,
  },
  {
    name: "adopt",
    takes: "[options] <dataset>",
    summary: "propose contract changes for new columns and values that did not fit",
    load: async () => (await import("./commands/adopt.js")).addAdopt,
  },
  {
    name: "export",
    takes: "[options] [dataset]",
    summary: "write contracts for other tools: ODCS, dbt sources, JSON Schema, Markdown",
    load: async () => (await import("./commands/export.js")).addExport,
  },
  {
    name: "cost",
    takes: "[options]",
    summary: "estimate the project's monthly cost from AWS list prices",
    load: async () => (await import("./commands/cost.js")).addCost,
  },
  {
    name: "synth",
    takes: "[options]",
    summary: "generate the CloudFormation templates",
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
    summary: "deploy the project to the AWS account of your credentials",
    load: async () => {
      const { addDeploy } = await import("./commands/deploy.js");
      return (program) => addDeploy(program);
    },
  },
  {
    name: "destroy",
    takes: "[options]",
    summary: "remove the project from its AWS account; data is kept",
    load: async () => {
      const { addDestroy } = await import("./commands/destroy.js");
      return (program) => addDestroy(program);
    },
  },
  {
    name: "bootstrap",
    takes: "[options]",
    summary: "prepare the warehouse and existing buckets; idempotent",
    load: async () => (await import("./commands/bootstrap.js")).addBootstrap,
  },
  {
    name: "permissions",
    takes: "[options]",
    summary: "print the IAM policy of whoever deploys, operates or reads the project, or of its CI",
    load: async () => (await import("./commands/permissions.js")).addPermissions,
  },
  {
    name: "land",
    takes: "[options] <dataset> [file...]",
    summary: "upload files, then the manifest that starts their load",
    load: async () => (await import("./commands/land.js")).addLand,
  },
  {
    name: "load",
    takes: "[options] <dataset> [file...]",
    summary: "upload files and follow their load until it ends",
    load: async () => (await import("./commands/load.js")).addLoad,
  },
  {
    name: "status",
    takes: "[options] [dataset]",
    summary: "list the latest loads and their outcomes",
    load: async () => (await import("./commands/status.js")).addStatus,
  },
  {
    name: "history",
    takes: "[options] <dataset> [partition]",
    summary: "list all loads of a dataset or of one partition",
    load: async () => (await import("./commands/history.js")).addHistory,
  },
  {
    name: "show",
    takes: "[options] <batch>",
    summary: "show one batch: manifest, files, attempts, counts, SQL, next steps",
    load: async () => (await import("./commands/show.js")).addShow,
  },
  {
    name: "rejects",
    takes: "[options] <dataset>",
    summary: "list rejected records (the quarantine) with their reasons",
    load: async () => (await import("./commands/rejects.js")).addRejects,
  },
  {
    name: "query",
    takes: "[options] <sql>",
    summary: "run one SQL statement in the warehouse as its read-only user",
    load: async () => (await import("./commands/query.js")).addQuery,
  },
  {
    name: "rerun",
    takes: "[options] <batch|execution>",
    summary: "retry a load: redrive if possible, otherwise start a new execution",
    load: async () => (await import("./commands/rerun.js")).addRerun,
  },
  {
    name: "replay",
    takes: "[options] <batch>",
    summary: "load rejected records of a batch that now pass the contract",
    load: async () => (await import("./commands/replay.js")).addReplay,
  },
  {
    name: "backfill",
    takes: "[options] <dataset>",
    summary: "load what has landed in a range of partitions but is not loaded yet",
    load: async () => (await import("./commands/backfill.js")).addBackfill,
  },
  {
    name: "pause",
    takes: "[options] <dataset>",
    summary: "pause the schedule of a dataset; a deployment does not resume it",
    load: async () => (await import("./commands/pause.js")).addPause,
  },
  {
    name: "resume",
    takes: "[options] <dataset>",
    summary: "resume the schedule of a dataset that was paused",
    load: async () => (await import("./commands/resume.js")).addResume,
  },
  {
    name: "rollback",
    takes: "[options] <dataset>",
    summary: "restore the table that the dataset's last swap replaced",
    load: async () => (await import("./commands/rollback.js")).addRollback,
  },
  {
    name: "console",
    takes: "[options]",
    summary: "open a web page on 127.0.0.1 with all loads, their states and rejects; rerun and backfill",
    load: async () => (await import("./commands/console.js")).addConsole,
  },
  {
    name: "local",
    takes: "",
    summary: "run the project's local account, or reset it",
    load: async () => (await import("./commands/local.js")).addLocal,
  },
  {
    name: "demo",
    takes: "[options]",
    summary: "load the example project in a fresh local account and show the results",
    load: async () => (await import("./commands/demo.js")).addDemo,
  },
  {
    name: "completion",
    takes: "<shell>",
    summary: "print a shell completion script",
    load: async () => (await import("./commands/completion.js")).addCompletion,
  },
];
