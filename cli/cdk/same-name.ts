import { paginateListStateMachines } from "@aws-sdk/client-sfn";
import type { ProjectFile } from "../../contract/schema.js";
import type { TemplateLike } from "../../infra/stateful.js";
import { createClients } from "../account/clients.js";
import { CommandFailed, UsageWrong } from "../output/exit-codes.js";
import { deployedTemplates, Template } from "./data-loss.js";
import type { Assembly } from "./make-assembly.js";

/**
 * Stacks, roles and secrets have the project's name, so a second project of one name in an account would not be added: its
 * deployment would change the first one's stacks. Nothing in a stack says from which checkout it comes, but its datasets
 * and sources do: a project that shares none of them with what is deployed is another one.
 */

/** The first names, as a sentence takes them. */
const some = (names: readonly string[]): string =>
  `${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`;

/** Names of the resources of one type: texts only, which fixed names are. */
const namesOf = ({ Resources = {} }: TemplateLike, type: string, nameOf: (properties: Properties) => unknown) =>
  Object.values(Resources).flatMap(({ Type, Properties = {} }) => {
    const name = Type === type ? nameOf(Properties) : undefined;
    return typeof name === "string" ? [name] : [];
  });
type Properties = Readonly<Record<string, unknown>>;

const machinesOf = (template: TemplateLike) =>
  namesOf(template, "AWS::StepFunctions::StateMachine", ({ StateMachineName }) => StateMachineName);
/** Each dataset has a table of its rejects, at least. */
const tablesOf = (template: TemplateLike) =>
  namesOf(template, "AWS::Glue::Table", ({ TableInput }) =>
    typeof TableInput === "object" && TableInput !== null ? Reflect.get(TableInput, "Name") : undefined,
  );

/** What is not this project's of a stack of its name. @returns undefined where nothing speaks against it */
export function otherOwner(stack: string, before: TemplateLike, after: TemplateLike): string | undefined {
  const [machines, ours] = [machinesOf(before), machinesOf(after)];
  if (ours.length > 0 && !ours.some((name) => machines.includes(name)))
    return `the stack ${stack} in this account was not deployed by Sluice: it has none of the state machines ${some(ours)}`;
  const [tables, declared] = [tablesOf(before), tablesOf(after)];
  if (tables.length > 0 && declared.length > 0 && !tables.some((name) => declared.includes(name)))
    return `the stack ${stack} in this account has the tables ${some(tables)}, and this project declares none of them`;
  return undefined;
}

/** Sources of the project's name in an account, where none of its own is deployed. */
async function otherSources({ name, region, sources }: ProjectFile): Promise<string | undefined> {
  const { stepFunctions } = createClients({ region });
  const found: string[] = [];
  for await (const page of paginateListStateMachines({ client: stepFunctions }, {})) {
    for (const { name: machine = "" } of page.stateMachines ?? []) {
      const [, source] = machine.startsWith(`${name}-`)
        ? (/-(.+)-load-partition$/.exec(machine.slice(name.length)) ?? [])
        : [];
      if (source !== undefined) found.push(source);
    }
  }
  if (found.length === 0 || found.some((source) => source in sources)) return undefined;
  return `a project '${name}' is deployed in this account with the sources ${some(found)}, and this project declares none of them`;
}

/**
 * Before anything is deployed.
 * @param takenOver the project's name, by a person's word that it takes the place of what is deployed
 * @throws CommandFailed when the name is another project's, UsageWrong when `takenOver` is not its name
 */
export async function refuseOtherProject(
  { stacks }: Assembly,
  project: ProjectFile,
  takenOver: string | undefined,
): Promise<void> {
  if (takenOver === project.name) return;
  if (takenOver !== undefined)
    throw new UsageWrong(`--take-over names '${takenOver}', but this project is ${project.name}. Nothing was done.`);
  const read = await deployedTemplates(project.region);
  const deployed = await Promise.all(
    stacks.map(async ({ name, template }) => ({ name, before: await read(name), after: Template.parse(template) })),
  );
  const present = deployed.flatMap(({ name, before, after }) =>
    before === undefined ? [] : [{ name, before, after }],
  );
  const isNew = present.length > 0 && !present.some(({ name }) => name !== `${project.name}-warehouse`);
  const [reason] = present.flatMap(({ name, before, after }) => otherOwner(name, before, after) ?? []);
  const why = reason ?? (isNew ? await otherSources(project) : undefined);
  if (why === undefined) return;
  throw new CommandFailed(
    `The name '${project.name}' belongs to another project: ${why}. Two projects of one name in one account would overwrite each other's stacks, roles and secrets. Nothing was deployed. Give this project another name in sluice.yaml, or its environment another prefix; if it is meant to take the other one's place, add --take-over ${project.name}.`,
  );
}
