import type { Command } from "commander";
import type { Session } from "../account/session.js";
import { withSession } from "../account/session.js";
import { type AccountOptions, withAccount } from "../arguments/options.js";
import { bootstrapStatements, isBootstrapped, lakeOf, runBootstrap } from "../bootstrap/bootstrap.js";
import { describeStatements, describeWork, isNothing, type Planned } from "../bootstrap/describe.js";
import { planNotifications, setNotifications } from "../bootstrap/existing-buckets.js";
import { planSnapshotSchedule, setSnapshotSchedule } from "../bootstrap/snapshot-schedule.js";
import { findWhatIsThere } from "../bootstrap/what-is-there.js";
import { planCatalogue, settleCatalogue } from "../catalogue/lake-partitions.js";
import { print, progress, say } from "../output/terminal.js";

interface BootstrapOptions extends AccountOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly takeOver?: boolean;
}

/**
 * `sluice bootstrap`: what CloudFormation cannot make: the warehouse's users, schemas, ledgers, procedures and views, its
 * snapshot schedule, the notifications of buckets that were there before, and partitions that the Data Catalog lacks.
 * Says first what it will do.
 */
export function addBootstrap(program: Command): void {
  const command = program.command("bootstrap");
  withAccount(command)
    .option("--dry-run", "only print what would be done, statement by statement")
    .option("--force", "run the warehouse's statements even if the last bootstrap ran the same ones")
    .option(
      "--take-over",
      "also when the schema is noted for this project in another account or region, as after a restore from a snapshot",
    )
    .action(async (options: BootstrapOptions) => {
      await withSession({ ...options, isBootstrapping: true }, (session) => bootstrap(session, options));
    });
}

async function bootstrap(session: Session, { dryRun, force, takeOver }: BootstrapOptions): Promise<void> {
  const { clients, project, deployment } = session;
  const work = await bootstrapStatements(clients, project.project, project.contracts, takeOver);
  const isDone = force !== true && (await isBootstrapped(clients, project.project, work));
  const planned = await plan(session);
  if (isDone && isNothing(planned)) {
    print(
      `Nothing to do: the last bootstrap of ${project.project.name} ran the same ${work.statements.length} statements, and their effects are still there (--force runs them again).`,
    );
    return;
  }
  if (!isDone) {
    say(`In the warehouse of ${project.project.name}, as its administrator, create or update:`);
    for (const line of describeStatements(work.statements, dryRun === true)) say(`  ${line}`);
    const lake = lakeOf(project.project, deployment.account);
    const account = takeOver === true ? undefined : deployment.account;
    const { notes, forAPerson } = await findWhatIsThere(clients, project.project, project.contracts, lake, account);
    for (const note of notes) say(`  note: ${note}`);
    if (forAPerson.length > 0) say("What you have to do before loads or this command can succeed:");
    for (const step of forAPerson) say(`  ${step}`);
  }
  for (const line of describeWork(planned)) say(line);
  if (dryRun) return;
  if (!isDone) await runBootstrap(clients, project.project, work, (part) => progress(`done: ${part}`));
  if (planned.schedule !== undefined) await setSnapshotSchedule(clients, planned.schedule);
  for (const each of planned.notifications) await setNotifications(clients, each);
  await settleCatalogue(clients, planned.catalogue);
  print(isDone ? "Done: the warehouse needed no changes." : `Done: ran ${work.statements.length} statements.`);
}

async function plan({ clients, project, deployment }: Session): Promise<Planned> {
  const [notifications, schedule, catalogue] = await Promise.all([
    planNotifications(clients, project.contracts, deployment),
    planSnapshotSchedule(clients, project.project),
    planCatalogue(clients, project.contracts, deployment),
  ]);
  return { notifications, schedule, catalogue };
}
