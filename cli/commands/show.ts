import type { Command } from "commander";
import { UsageWrong } from "../exit-codes.js";
import { resultOf } from "../loads/describe.js";
import type { LoadExecution } from "../loads/executions.js";
import { isMeant } from "../loads/find-load.js";
import { findLoads } from "../loads/find-loads.js";
import { stateTimes } from "../loads/history.js";
import { loadTable } from "../loads/report-load.js";
import { findRunFolder, type RunFolder } from "../loads/run-folder.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../options.js";
import { type Session, withSession } from "../session.js";
import { columns, print, printJson } from "../terminal.js";

const executionsShown = 20;

/** `sluice show <batch>`: everything about a batch: its executions, states, files and where its run's files lie. */
export function addShow(program: Command): void {
  const command = program.command("show").description("everything about a batch, by its id or an execution's name");
  withJson(withAccount(command))
    .argument("<batch>", "a batch's id (or its beginning), or the name or ARN of an execution")
    .action(async (batch: string, options: AccountOptions & JsonOption) => {
      await withSession(options, async (session) => {
        const executions = await findLoads(session.clients, session.deployment, {
          limit: executionsShown,
          matches: (execution) => isMeant(execution, batch),
        });
        const [newest] = executions;
        if (newest === undefined) throw new UsageWrong(`There is no batch or execution '${batch}'. See: sluice status`);
        const details = await describe(session, executions, newest);
        if (options.json) printJson(details.json);
        else print(details.text);
      });
    });
}

async function describe(session: Session, executions: readonly LoadExecution[], newest: LoadExecution) {
  const { clients, deployment } = session;
  const results = await Promise.all(executions.map((execution) => resultOf(clients, deployment, execution)));
  const [result] = results;
  const run = await findRunFolder(clients, deployment.bucket(newest.source, "processed"), newest);
  const states = await stateTimes(clients, newest.executionArn);
  const json = {
    ...result,
    manifest: newest.manifest,
    revision: run?.revision ?? null,
    run_folder: run === undefined ? null : `s3://${run.bucket}/${run.folder}`,
    files: run?.report?.files ?? [],
    rejected_by_code: run?.report?.rejected_by_code ?? {},
    states,
    executions: results,
  };
  const parts = [
    `batch     ${newest.batchId ?? "unknown"}`,
    `manifest  ${newest.manifest}`,
    `revision  ${run?.revision ?? "unknown"}`,
    `run       ${json.run_folder ?? "none: the manifest was never valid"}`,
    ...(result?.message === undefined ? [] : [`${result.error}: ${result.message}`]),
    ...(result?.warnings ?? []).map((warning) => `warning: ${warning}`),
    "",
    loadTable(results),
    "",
    columns(
      ["state", "seconds"],
      states.map(({ state, seconds }) => [state, seconds]),
    ),
    ...filesOf(run),
  ];
  return { json, text: parts.join("\n") };
}

function filesOf(run: RunFolder | undefined): readonly string[] {
  if (run?.report === undefined) return [];
  const { files, rejected_by_code } = run.report;
  const codes = Object.entries(rejected_by_code);
  return [
    "",
    columns(
      ["file", "read", "written", "deduplicated", "rejected"],
      files.map((file) => [file.key, file.read, file.written, file.deduplicated, file.rejected]),
    ),
    ...(codes.length === 0 ? [] : ["", columns(["rejected because", "records"], codes)]),
  ];
}
