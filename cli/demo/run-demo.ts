import { existsSync, readdirSync, rmSync } from "node:fs";
import { withSession } from "../account/session.js";
import { hasJava } from "../local/java.js";
import type { Pace } from "../local/local-account-package.js";
import { findRunning } from "../local/running.js";
import { type ExitCode, exitCodes, UsageWrong } from "../output/exit-codes.js";
import { complain, print, progress } from "../output/terminal.js";
import { stateFolder } from "../project/project.js";
import { bothEngines } from "./both-engines.js";
import { closingPage } from "./closing-page.js";
import { deliverAndLoad } from "./deliver-and-load.js";
import type { FinishedDemo } from "./demo-load.js";
import { differences } from "./differences.js";
import { readExpected } from "./expected.js";
import { tableContents } from "./facts.js";
import { exampleProject, projectWith } from "./projects.js";

/** The whole way: a fresh local account, the deliveries of two sources, their loads, and what became of every record. */
export async function runDemo(pace: Pace): Promise<ExitCode> {
  await clear();
  const { text, wrong } = await run(projectForThisMachine(), pace);
  print(text);
  return conclude(wrong);
}

/** The same twice, every batch by Glue and then every batch by the Lambda, and a comparison of both. */
export async function runDemoTwice(pace: Pace): Promise<ExitCode> {
  if (!hasJava()) {
    throw new UsageWrong(
      "--both-engines needs Java, because Glue's engine is Spark. Install Java 17 or newer, or run the demo without it.",
    );
  }
  await clear();
  progress("first every batch with the Glue job");
  const glue = await run(projectWith("glue"), pace);
  progress("now every batch with the Lambda");
  const lambda = await run(projectWith("lambda"), pace);
  print(lambda.text);
  const compared = bothEngines(glue, lambda);
  print(compared.text);
  return conclude([...glue.wrong, ...lambda.wrong, ...compared.wrong]);
}

function projectForThisMachine(): string {
  if (hasJava()) return exampleProject;
  progress(
    "Java is missing, so countries_csv is converted by the Lambda like the other datasets, not by a Glue job and a crawler. With Java 17 or newer the demo shows both.",
  );
  return projectWith("auto");
}

async function run(project: string, pace: Pace): Promise<FinishedDemo> {
  const began = Date.now();
  return withSession({ project, local: true, willLoad: true, pace }, async (session) => {
    progress(`the local account is ready after ${seconds(began)} s`);
    const expected = readExpected();
    const done = await deliverAndLoad(session, expected);
    const page = await closingPage(session, done, seconds(began));
    return {
      run: done,
      text: page.text,
      wrong: differences(done, page.facts, expected),
      tables: await tableContents(session),
    };
  });
}

function conclude(wrong: readonly string[]): ExitCode {
  for (const difference of wrong) complain(`This differs from expected.json: ${difference}`);
  return wrong.length === 0 ? exitCodes.done : exitCodes.failed;
}

/** Removes what an earlier run left, but for the templates, which are made again only when something changed. */
async function clear(): Promise<void> {
  const running = await findRunning(exampleProject);
  if (running !== undefined) {
    throw new UsageWrong(`The demo's local account is in use by process ${running.pid}. Stop that first.`);
  }
  const state = stateFolder(exampleProject);
  for (const name of existsSync(state) ? readdirSync(state) : []) {
    if (!name.startsWith("cdk.out")) rmSync(`${state}/${name}`, { recursive: true, force: true });
  }
}

const seconds = (since: number) => Math.round((Date.now() - since) / 1000);
