import type { Command } from "commander";
import { withSession } from "../account/session.js";
import { type AccountOptions, withAccount } from "../arguments/options.js";
import { bootstrapStatements, lakeOf, runBootstrap } from "../bootstrap/bootstrap.js";
import { describePlan, planNotifications, setNotifications } from "../bootstrap/existing-buckets.js";
import { describeSchedulePlan, planSnapshotSchedule, setSnapshotSchedule } from "../bootstrap/snapshot-schedule.js";
import { findWhatIsThere } from "../bootstrap/what-is-there.js";
import { describeCatalogue, planCatalogue, settleCatalogue } from "../catalogue/lake-partitions.js";
import { print, progress, say } from "../output/terminal.js";

/**
 * `sluice bootstrap`: what CloudFormation cannot make: the warehouse's users, schemas, ledgers, procedures and views, its
 * snapshot schedule, the notifications of buckets that were there before, and partitions that the Data Catalog lacks.
 * Says first what it will do.
 */
export function addBootstrap(program: Command): void {
  const command = program.command("bootstrap");
  withAccount(command)
    .option("--dry-run", "only print what would be done")
    .action(async (options: AccountOptions & { readonly dryRun?: boolean }) => {
      await withSession({ ...options, isBootstrapping: true }, async ({ clients, project, deployment }) => {
        const plans = await planNotifications(clients, project.contracts, deployment);
        const statements = await bootstrapStatements(clients, project.project, project.contracts);
        say(`In the warehouse of ${project.project.name}, as its administrator, create or renew:`);
        for (const { name } of statements) say(`  ${name}`);
        const lake = lakeOf(project.project, deployment.account);
        const { notes, forAPerson } = await findWhatIsThere(clients, project.project, project.contracts, lake);
        for (const note of notes) say(`  note: ${note}`);
        if (forAPerson.length > 0) say("What a person must do, before loads or this command can succeed:");
        for (const step of forAPerson) say(`  ${step}`);
        const schedule = await planSnapshotSchedule(clients, project.project);
        for (const step of schedule === undefined ? [] : describeSchedulePlan(schedule)) say(`  ${step}`);
        if (plans.length > 0) say("In the buckets that were there before:");
        for (const plan of plans) {
          const steps = describePlan(plan);
          for (const step of steps.length > 0 ? steps : [`bucket ${plan.bucket}: no changes needed`]) {
            say(`  ${step}`);
          }
          for (const note of plan.notes) say(`  note: ${note}`);
        }
        const catalogue = await planCatalogue(clients, project.contracts, deployment);
        const inCatalogue = describeCatalogue(catalogue);
        if (inCatalogue.length > 0) say("In the Data Catalog:");
        for (const step of inCatalogue) say(`  ${step}`);
        if (options.dryRun) return;
        await runBootstrap(clients, project.project, statements, (name) => progress(`done: ${name}`));
        if (schedule !== undefined) await setSnapshotSchedule(clients, schedule);
        for (const plan of plans) await setNotifications(clients, plan);
        await settleCatalogue(clients, catalogue);
        print(`${statements.length} statements were run.`);
      });
    });
}
