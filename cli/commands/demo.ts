import type { Command } from "commander";
import { type PaceOption, withPace } from "../arguments/options.js";
import { UsageWrong } from "../output/exit-codes.js";
import { isRepository } from "../project/project.js";
import type { SetExit } from "./command.js";

/** `sluice demo`: the example project, from nothing to its last row. */
export function addDemo(program: Command, setExit: SetExit): void {
  const command = withPace(program.command("demo")).option(
    "--both-engines",
    "load everything twice, with Glue and with the Lambda, and compare rows and seconds",
  );
  command.action(async ({ pace, bothEngines }: PaceOption & { readonly bothEngines?: boolean }) => {
    if (!isRepository) {
      throw new UsageWrong(
        "The demo is only in Sluice's repository, not in the package. `sluice init` creates a project with a sample file to load.",
      );
    }
    const { runDemo, runDemoTwice } = await import("../demo/run-demo.js");
    setExit(bothEngines === true ? await runDemoTwice(pace) : await runDemo(pace));
  });
}
