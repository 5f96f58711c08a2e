import type { Command } from "commander";
import { type PaceOption, withPace } from "../arguments/options.js";
import { UsageWrong } from "../output/exit-codes.js";
import { isRepository } from "../project/project.js";
import type { SetExit } from "./command.js";

/** `sluice demo`: the example project, from nothing to its last row. */
export function addDemo(program: Command, setExit: SetExit): void {
  withPace(program.command("demo")).action(async ({ pace }: PaceOption) => {
    if (!isRepository) {
      throw new UsageWrong(
        "The demo lies in Sluice's repository, not in the package. `sluice init` makes a project with a sample that loads.",
      );
    }
    const { runDemo } = await import("../demo/run-demo.js");
    setExit(await runDemo(pace));
  });
}
