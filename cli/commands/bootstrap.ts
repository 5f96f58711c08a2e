import type { Command } from "commander";
import { bootstrapStatements, runBootstrap } from "../bootstrap.js";
import { type AccountOptions, withAccount } from "../options.js";
import { withSession } from "../session.js";
import { print, progress, say } from "../terminal.js";

/** `sluice bootstrap`: what CloudFormation cannot make: the warehouse's users, schemas, ledgers, procedures and views. */
export function addBootstrap(program: Command): void {
  const command = program.command("bootstrap").description("prepare the warehouse; may be repeated");
  withAccount(command)
    .option("--dry-run", "only say what would be done")
    .action(async (options: AccountOptions & { readonly dryRun?: boolean }) => {
      await withSession({ ...options, isBootstrapping: true }, async ({ clients, project }) => {
        const statements = await bootstrapStatements(clients, project.project, project.contracts);
        say(`In the warehouse of ${project.project.name}, as its administrator, create or renew:`);
        for (const { name } of statements) say(`  ${name}`);
        if (options.dryRun) return;
        await runBootstrap(clients, project.project, statements, (name) => progress(`done: ${name}`));
        print(`${statements.length} statements were run.`);
      });
    });
}
