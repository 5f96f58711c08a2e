import { createHash } from "node:crypto";
import { type Account, AwsError, type ResolvedResource } from "../call/call.js";
import { isShape } from "../call/input.js";
import { blocksOf, type Finding, InvalidDefinition, type Machine, readDefinition } from "../interpreter/index.js";
import { stateMachineDoesNotExist } from "./errors.js";
import { integrationOf } from "./integrations/integrations.js";

/** A state machine of the templates. */
export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  /** Its definition as text, substitutions made, and a hash of it. */
  readonly definition: string;
  readonly definitionHash: string;
  readonly machine: Machine;
}

/** Every AWS::StepFunctions::StateMachine of the templates, read and checked as AWS does at creation.
 * @throws InvalidDefinition with the machine's name in front */
export function readMachines(account: Account): ReadonlyMap<string, StateMachine> {
  const machines = account.resourcesOf("AWS::StepFunctions::StateMachine").map(readMachine);
  return new Map(machines.map((machine) => [machine.arn, machine]));
}

export function findMachine(machines: ReadonlyMap<string, StateMachine>, arn: string): StateMachine {
  const found = machines.get(arn);
  if (found === undefined) throw stateMachineDoesNotExist(arn);
  return found;
}

/** Reads a definition with everything that the local account knows of its resources. @throws InvalidDefinition */
export function readChecked(definition: string): Machine {
  const machine = readDefinition(definition);
  const findings = resourceFindings(machine.states, "");
  if (findings.length > 0) throw new InvalidDefinition(findings);
  return machine;
}

function resourceFindings(states: Machine["states"], path: string): readonly Finding[] {
  return Object.values(states).flatMap((state): readonly Finding[] => {
    const location = `${path}/States/${state.name}`;
    const inner = blocksOf(state).flatMap((block, index) => {
      const at = state.type === "Map" ? `${location}/ItemProcessor` : `${location}/Branches[${index}]`;
      return resourceFindings(block.states, at);
    });
    const problem = state.type === "Task" ? integrationOf(state.resource.arn) : undefined;
    if (typeof problem !== "string") return inner;
    return [{ code: "SCHEMA_VALIDATION_FAILED", message: problem, location: `${location}/Resource` }, ...inner];
  });
}

function readMachine(resource: ResolvedResource): StateMachine {
  const where = `state machine ${resource.logicalId} of ${resource.stack}`;
  const { StateMachineName, StateMachineType, RoleArn, DefinitionSubstitutions } = resource.properties;
  const arn = resource.attributes.Arn ?? resource.ref;
  const name =
    typeof StateMachineName === "string" ? StateMachineName : (resource.attributes.Name ?? resource.logicalId);
  if (typeof RoleArn !== "string") throw new AwsError("InvalidArn", `${where} has no RoleArn`);
  if (StateMachineType === "EXPRESS") {
    throw new AwsError("StateMachineTypeNotSupported", `${where}: EXPRESS is not supported in the local account`);
  }
  const definition = substitute(definitionText(resource, where), DefinitionSubstitutions);
  const definitionHash = createHash("sha256").update(definition).digest("hex");
  try {
    return { arn, name, roleArn: RoleArn, definition, definitionHash, machine: readChecked(definition) };
  } catch (error) {
    if (error instanceof InvalidDefinition) throw new InvalidDefinition(error.findings, name);
    throw error;
  }
}

function definitionText(resource: ResolvedResource, where: string): string {
  const { DefinitionString, Definition } = resource.properties;
  if (typeof DefinitionString === "string") return DefinitionString;
  if (isShape(Definition)) return JSON.stringify(Definition);
  throw new AwsError(
    "InvalidDefinition",
    `${where}: a definition in S3 is not supported in the local account, give DefinitionString or Definition`,
  );
}

/** Fills in `${key}`; what has no value stays as it stands (A11.4). */
function substitute(text: string, substitutions: unknown): string {
  if (!isShape(substitutions)) return text;
  return text.replaceAll(/\$\{([^}]+)\}/g, (placeholder, key: string) => {
    const value = Object.hasOwn(substitutions, key) ? substitutions[key] : undefined;
    return value === undefined ? placeholder : insideJson(String(value));
  });
}

/** A value that lands inside a JSON text's quotes. */
function insideJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
