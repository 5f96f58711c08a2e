import { z } from "zod";
import type { Path } from "./finding.js";

/** What `environments:` of `sluice.yaml` says: one project in several accounts. Each environment lays its keys over the file. */

/** The environment that is always there: the project's local account. */
export const localEnvironment = "local";

export const environmentName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, "an environment's name is [a-z][a-z0-9-]*")
  .refine((name) => name !== localEnvironment, "'local' is reserved for the local account; expected another name");

/** Twelve digits, in quotes: YAML would take leading zeros away. */
export const accountId = z.string().regex(/^\d{12}$/, "an account is 12 digits in quotes, such as '111122223333'");

const onlyOfTheFile: ReadonlySet<string> = new Set(["name", "environment", "environments"]);

/** The keys of an environment: those of the file itself, of any depth. What they mean together is parsed once they are laid over it. */
export function environmentFile(shape: Readonly<Record<string, z.ZodType>>) {
  const keys = Object.entries(shape).filter(([key]) => !onlyOfTheFile.has(key));
  const description = (type: z.ZodType) => type.description ?? "As in the file itself.";
  return z.strictObject({
    prefix: z
      .string()
      .regex(/^([a-z][a-z0-9-]*)?$/, "a prefix is [a-z][a-z0-9-]*, or empty")
      .optional()
      .describe(
        "What resource names begin with, before the project's name. Default: the environment's name. Empty: no prefix.",
      ),
    ...Object.fromEntries(keys.map(([key, type]) => [key, z.unknown().optional().describe(description(type))])),
  });
}

type Mapping = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Mappings are merged key by key; whatever else an environment says takes the place of what the file says. */
function laidOver(file: unknown, environment: unknown): unknown {
  if (!isMapping(file) || !isMapping(environment)) return environment;
  if (isOtherKind(file, environment)) return environment;
  const merged: Record<string, unknown> = { ...file };
  for (const [key, value] of Object.entries(environment)) {
    merged[key] = Object.hasOwn(file, key) ? laidOver(file[key], value) : value;
  }
  return merged;
}

/** Keys of which a mapping has one or another: an environment that says another has a warehouse of another kind. */
const alternatives = [
  ["create", "existing"],
  ["clusterIdentifier", "workgroup"],
  ...["nodeType", "nodes", "maintenanceWindow", "snapshotSchedule", "multiAz"].map(
    (key) => ["serverless", key] as const,
  ),
] as const;

const isOtherKind = (file: Mapping, environment: Mapping) =>
  alternatives.some((names) => names.some((name) => name in environment && !(name in file) && isOneOf(names, file)));

const isOneOf = (names: readonly string[], mapping: Mapping) => names.some((name) => name in mapping);

/** `sluice.yaml` as one environment means it, not yet parsed: its keys over the file's, and the name that resources carry. */
export function inEnvironment(content: unknown, environment: string): unknown {
  const { environments, ...file } = isMapping(content) ? content : {};
  const own = isMapping(environments) ? environments[environment] : undefined;
  const { prefix = environment, ...keys } = isMapping(own) ? own : {};
  const name = typeof file.name === "string" && prefix !== "" ? `${prefix}-${file.name}` : file.name;
  return laidOver({ ...file, name }, keys);
}

/** Where something stands that was found in a project as an environment means it: with the environment, if it says it. */
export function placeIn(content: unknown, environment: string): (path: Path) => Path {
  const own = ["environments", environment];
  return (path) => {
    const isOwn =
      has(content, [...own, ...path]) || (has(content, [...own, ...path.slice(0, 1)]) && !has(content, path));
    return isOwn && path[0] !== "name" ? [...own, ...path] : path;
  };
}

function has(content: unknown, path: Path): boolean {
  let node: unknown = content;
  for (const step of path) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, step)) return false;
    node = Reflect.get(node, step);
  }
  return true;
}

/** The environments of a project's accounts on AWS. */
export const environmentsOf = (project: { readonly environments: Readonly<Record<string, unknown>> }) =>
  Object.keys(project.environments);
