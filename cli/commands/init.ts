import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { type Answers, askAnswers, defaultsFor, takeAnswers } from "../init/answers.js";
import { addDevelopmentDependencies } from "../init/development-dependencies.js";
import { projectFiles, sample } from "../init/project-files.js";
import { refuseToOverwrite, writeFiles } from "../init/write-project.js";
import { UsageWrong } from "../output/exit-codes.js";
import { print, say } from "../output/terminal.js";
import { isRepository } from "../project/project.js";

interface InitOptions extends Partial<Answers> {
  readonly yes?: boolean;
}

/** `sluice init [folder]`: a new project, with a small dataset and a file that loads. */
export function addInit(program: Command): void {
  program
    .command("init")
    .argument("[folder]", "the folder to create it in", ".")
    .option("--yes", "skip all prompts: use the options and defaults")
    .option("--name <name>", "the project's name, the prefix of every resource (default: the folder's name)")
    .option("--region <region>", "the AWS region")
    .option("--source <source>", "the system that delivers files")
    .option("--email <address>", "who is notified when a load fails")
    .action(init);
}

async function init(folder: string, { yes, ...given }: InitOptions): Promise<void> {
  const absolute = resolve(folder);
  const defaults = defaultsFor(basename(absolute));
  refuseToOverwrite(absolute, Object.keys(projectFiles(defaults)));
  const answers = yes ? takeAnswers(given, defaults) : await ask(given, defaults);
  const files = projectFiles(answers);
  refuseToOverwrite(absolute, Object.keys(files));
  writeFiles(absolute, files);
  // In the repository a project has the packages of Sluice itself.
  const added = isRepository ? [] : addDevelopmentDependencies(absolute, answers.name);
  for (const file of [...Object.keys(files), ...(added.length > 0 ? ["package.json"] : [])]) print(file);
  say(`\nThe project ${answers.name} is in ${absolute}. Next:`);
  if (absolute !== process.cwd()) say(`  cd ${quoted(folder)}`);
  if (added.length > 0) say("  npm install");
  say("  sluice check");
  say(`  sluice load ${sample.dataset} ${sample.file} --partition ${sample.partition} --local`);
}

const quoted = (path: string) => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

function ask(given: Partial<Answers>, defaults: Answers): Promise<Answers> {
  const { stdin: input, stderr: output } = process;
  if (!input.isTTY) {
    throw new UsageWrong(
      "There is no terminal for questions. Add --yes, and --name, --region, --source or --email if the defaults do not fit.",
    );
  }
  return askAnswers(given, defaults, { input, output });
}
