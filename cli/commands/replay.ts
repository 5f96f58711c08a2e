import type { Command } from "commander";
import { type Session, withSession } from "../account/session.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { resultOf } from "../loads/describe.js";
import { findLoad } from "../loads/find-load.js";
import { followLive } from "../loads/follow-live.js";
import type { LoadResult } from "../loads/load-result.js";
import { rejectSummary } from "../loads/reject-tables.js";
import { findReplayable, nothingLeft, type Replayable, startReplay, unfinishedReplay } from "../loads/replay.js";
import { type ForeseenReplay, foreseeReplay } from "../loads/replay-preview.js";
import { nameOf, reportLoad } from "../loads/report-load.js";
import { exitCodes } from "../output/exit-codes.js";
import { columns, print, printJson, say, terminalWidth } from "../output/terminal.js";
import type { SetExit } from "./command.js";

interface ReplayOptions extends AccountOptions, JsonOption {
  readonly dryRun?: boolean;
}

/** `sluice replay <batch>`: reads what the batch's load rejected once more, by the contract of today, and loads what passes. */
export function addReplay(program: Command, setExit: SetExit): void {
  const command = program.command("replay");
  withJson(withAccount(command))
    .argument("<batch>", "a batch's id (or its beginning), or the name or ARN of an execution")
    .option("--dry-run", "show what would happen to each record, without changing anything")
    .action(async (text: string, options: ReplayOptions) => {
      await withSession(options.dryRun ? options : { ...options, willLoad: true }, async (session) => {
        const found = await findReplayable(session, await findLoad(session, text));
        if (options.dryRun) setExit(show(await foreseeReplay(session, found), options.json === true));
        else setExit(reportLoad(await replay(session, found), options.json === true));
      });
    });
}

async function replay(session: Session, found: Replayable): Promise<LoadResult> {
  const unfinished = await unfinishedReplay(session, found);
  if (unfinished !== undefined) {
    say(`${nameOf(unfinished)} has loaded its replayed records but did not finish: continuing it.`);
    return follow(session, found, unfinished);
  }
  if (found.report.counts.rejected === 0) return nothingLeft(session, found);
  return follow(session, found, await startReplay(session, found));
}

async function follow(session: Session, { contract }: Replayable, executionArn: string): Promise<LoadResult> {
  const { clients, deployment, pollEveryMs, flags } = session;
  const ended = await followLive(clients, { source: contract.source, executionArn, pollEveryMs, flags });
  const result = await resultOf(clients, deployment, ended);
  return { ...result, replayed: result.counts.read ?? 0 };
}

function show({ passed, rejects, verdict }: ForeseenReplay, isJson: boolean) {
  if (isJson) printJson({ verdict, passed, rejects });
  else if (verdict !== null) say(`A replay would be refused: ${verdict.error}: ${verdict.message}`);
  else {
    print(
      `${passed.length + rejects.length} rejected records: ${passed.length} would pass, ${rejects.length} would stay rejected`,
    );
    if (passed.length > 0) print(`\n${passedTable(passed)}`);
    if (rejects.length > 0) print(`\n${rejectSummary(rejects)}`);
    say("Nothing was changed.");
  }
  return verdict === null ? exitCodes.done : exitCodes.refused;
}

const passedTable = (passed: ForeseenReplay["passed"]) =>
  columns(
    ["would be", "file", "record", "line", "was rejected as"],
    passed.map((row) => [
      row.replayed === "written" ? "loaded" : "deduplicated",
      row.source_file.slice(row.source_file.lastIndexOf("/") + 1),
      row.record_number,
      row.line_number,
      `${row.reason}: ${row.message}`,
    ]),
    { width: terminalWidth(), cut: ["was rejected as", "file"] },
  );
