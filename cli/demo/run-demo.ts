import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../package-folder.js";
import { withSession } from "../account/session.js";
import type { Pace } from "../local/local-account-package.js";
import { findRunning } from "../local/running.js";
import { type ExitCode, exitCodes, UsageWrong } from "../output/exit-codes.js";
import { complain, print, progress } from "../output/terminal.js";
import { stateFolder } from "../project/project.js";
import { closingPage } from "./closing-page.js";
import { deliverAndLoad } from "./deliver-and-load.js";
import { differences } from "./differences.js";
import { readExpected } from "./expected.js";

/** The whole way: a fresh local account, the deliveries of two sources, their loads, and what became of every record. */
export async function runDemo(pace: Pace): Promise<ExitCode> {
  const project = join(packageFolder, "examples", "demo");
  await clear(project);
  const began = Date.now();
  return withSession({ project, local: true, willLoad: true, pace }, async (session) => {
    progress(`the local account is ready after ${seconds(began)} s`);
    const expected = readExpected();
    const run = await deliverAndLoad(session, expected);
    const page = await closingPage(session, run, seconds(began));
    print(page.text);
    const wrong = differences(run, page.facts, expected);
    for (const difference of wrong) complain(`Not as expected.json says: ${difference}`);
    return wrong.length === 0 ? exitCodes.done : exitCodes.failed;
  });
}

/** Removes what an earlier run left, but for the templates, which are made again only when something changed. */
async function clear(project: string): Promise<void> {
  const running = await findRunning(project);
  if (running !== undefined) {
    throw new UsageWrong(`The demo's local account is in use by process ${running.pid}. End it first.`);
  }
  const state = stateFolder(project);
  for (const name of existsSync(state) ? readdirSync(state) : []) {
    if (!name.startsWith("cdk.out")) rmSync(join(state, name), { recursive: true, force: true });
  }
}

const seconds = (since: number) => Math.round((Date.now() - since) / 1000);
