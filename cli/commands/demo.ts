import type { Command } from "commander";
import type { SetExit } from "./command.js";

/** `sluice demo`: the example project, from nothing to its last row. */
export function addDemo(program: Command, setExit: SetExit): void {
  program
    .command("demo")
    .description("load the example project in a fresh local account, and show what became of it")
    .action(async () => {
      const { runDemo } = await import("../demo/run-demo.js");
      setExit(await runDemo());
    });
}
