import { Argument, type Command } from "commander";
import { completionScript, shells } from "../completion/script.js";
import { print } from "../output/terminal.js";

/** `sluice completion bash|zsh|fish`: a script that completes commands, options, datasets and files. */
export function addCompletion(program: Command): void {
  program
    .command("completion")
    .addArgument(new Argument("<shell>").choices(shells))
    .action((shell: (typeof shells)[number]) => print(completionScript(program, shell)));
}
