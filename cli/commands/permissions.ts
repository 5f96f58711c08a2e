import { writeFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { type EnvironmentOptions, withEnvironment } from "../arguments/options.js";
import { print, say } from "../output/terminal.js";
import { notesOn } from "../permissions/notes.js";
import { type Person, people, policyOf } from "../permissions/policies.js";
import { Scope } from "../permissions/scope.js";
import { chooseEnvironment } from "../project/environment.js";
import { openProject, projectFolder } from "../project/project.js";

interface PermissionsOptions extends EnvironmentOptions {
  readonly role: Person;
  readonly out?: string;
}

/** `sluice permissions --role <who>`: the IAM policy of a person or a pipeline, scoped to the project's own resources. */
export function addPermissions(program: Command): void {
  const command = program.command("permissions");
  withEnvironment(command)
    .addOption(new Option("--role <who>", "whose policy").choices(people).makeOptionMandatory())
    .option("--out <file.json>", "write the policy to a file instead of stdout")
    .action((options: PermissionsOptions) => {
      const { role, out } = options;
      const environment = chooseEnvironment(projectFolder(options.project), options);
      const { project, contracts } = openProject(options.project, environment);
      const policy = policyOf(role, new Scope(project, contracts));
      const text = JSON.stringify(policy, null, 2);
      if (out === undefined) print(text);
      else writeFileSync(out, `${text}\n`);
      for (const note of notesOn(role, project, policy)) say(note);
    });
}
