import { rmSync } from "node:fs";
import type { Command } from "commander";
import { localEnvironment } from "../../contract/environments.js";
import { createClients } from "../account/clients.js";
import { findDeployment } from "../account/deployment.js";
import {
  type JsonOption,
  type PaceOption,
  type ProjectOptions,
  seconds,
  withJson,
  withPace,
  withProject,
} from "../arguments/options.js";
import { endKept, untilUnused } from "../local/kept-account.js";
import { findRunning } from "../local/running.js";
import { useLocalAccount } from "../local/use-account.js";
import { UsageWrong } from "../output/exit-codes.js";
import { print, printJson, say } from "../output/terminal.js";
import { openProject, projectFolder, stateFolder } from "../project/project.js";

/** `sluice local up | reset`: the local account in the foreground, and its end. */
export function addLocal(program: Command): void {
  const local = program.command("local");
  withPace(
    withJson(withProject(local.command("up").description("run the local account in the foreground until Ctrl-C"))),
  )
    .option("--keep <duration>", "stop it when no command has used it for this long, such as 10m", seconds)
    .action(up);
  withProject(local.command("reset").description("delete everything in the local account")).action(reset);
}

interface UpOptions extends ProjectOptions, JsonOption, PaceOption {
  readonly keep?: number;
}

async function up(options: UpOptions): Promise<void> {
  const project = openProject(options.project, localEnvironment);
  const running = await findRunning(project.folder);
  if (running !== undefined) {
    throw new UsageWrong(`The local account is already running, in process ${running.pid}, at ${running.endpoint}.`);
  }
  const account = await useLocalAccount(project, {
    willLoad: true,
    pace: options.pace,
    hostSeconds: options.keep,
    onSent: ({ to, subject, text }) => say(`would be sent to ${to}: ${subject ?? text.split("\n", 1)[0]}`),
  });
  if (account.pid !== process.pid) {
    // Another command was quicker.
    await account.release();
    throw new UsageWrong(`The local account is already running, in process ${account.pid}, at ${account.endpoint}.`);
  }
  const stopped = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  try {
    const { endpoint, region, accessKeyId, secretAccessKey } = account;
    const deployment = await findDeployment(createClients({ region, local: account }), project.project);
    const buckets = Object.fromEntries(
      Object.keys(project.project.sources).map((source) => [
        source,
        { landing: deployment.bucket(source, "landing"), processed: deployment.bucket(source, "processed") },
      ]),
    );
    const stateMachines = Object.fromEntries(deployment.stateMachines);
    if (options.json) printJson({ endpoint, region, accessKeyId, secretAccessKey, buckets, stateMachines });
    else {
      print(`export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region}`);
      print(`export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`);
      for (const [source, names] of Object.entries(buckets)) {
        say(`${source}: files land in ${names.landing}, Parquet in ${names.processed}`);
      }
      say("Ready. Ctrl-C stops it; its data is kept.");
    }
    await (options.keep === undefined ? stopped : Promise.race([stopped, untilUnused(project.folder, options.keep)]));
  } finally {
    await account.release();
  }
}

async function reset(options: ProjectOptions): Promise<void> {
  const folder = projectFolder(options.project);
  const running = await findRunning(folder);
  if (running?.keptSeconds !== undefined) await endKept(folder, running);
  else if (running !== undefined) {
    throw new UsageWrong(`The local account is in use by process ${running.pid}. Stop that first.`);
  }
  rmSync(stateFolder(folder), { recursive: true, force: true });
  say(`${stateFolder(folder)} was removed.`);
}
