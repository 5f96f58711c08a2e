import { z } from "zod";
import type { Asset, ResolvedResource } from "../call/call.js";
import { type Assembly, ExistingResource, type Stack } from "./assembly.js";
import { existingResource } from "./existing-resource.js";
import { NO_VALUE, resolveValue, type Scope } from "./intrinsics.js";
import { type Identity, identify, type Naming } from "./resource-types.js";

export interface ResolvedAssembly {
  readonly accountId: string;
  readonly region: string;
  readonly resources: readonly ResolvedResource[];
  /** By `bucket/key`, names resolved. */
  readonly assets: ReadonlyMap<string, Asset>;
}

export const LOCAL_ACCOUNT_ID = "000000000000";
const DEFAULT_REGION = "us-east-1";

/** Resolves every resource of an assembly. All stacks must agree on account and region; where the app leaves the account
 * open it is 000000000000, as the template's `AWS::AccountId` then is.
 * @param metadataKey the key of a template's Metadata that lists resources that are there before the stack
 * @throws Error that names stack, resource and place. */
export function resolveAssembly(assembly: Assembly, endpoint: string, metadataKey?: string): ResolvedAssembly {
  const accountId =
    only(
      assembly.stacks.map((stack) => stack.accountId),
      "unknown-account",
      "accounts",
    ) ?? LOCAL_ACCOUNT_ID;
  const region =
    only(
      assembly.stacks.map((stack) => stack.region),
      "unknown-region",
      "regions",
    ) ?? DEFAULT_REGION;
  const stacks: readonly StackScope[] = assembly.stacks.map(
    (stack) => new StackScope(stack, { accountId, region, endpoint }, () => stacks),
  );
  const resources = stacks.flatMap((stack) => [
    ...(metadataKey === undefined ? [] : stack.existing(metadataKey)),
    ...stack.resources(),
  ]);
  const pseudo: Readonly<Record<string, string>> = {
    "AWS::AccountId": accountId,
    "AWS::Region": region,
    "AWS::Partition": "aws",
  };
  const fill = (text: string) => text.replace(/\$\{(AWS::\w+)\}/g, (all, name: string) => pseudo[name] ?? all);
  const assets = new Map<string, Asset>(
    assembly.assets.map(({ bucketName, objectKey, path, packaging }) => [
      `${fill(bucketName)}/${fill(objectKey)}`,
      { path, packaging },
    ]),
  );
  return { accountId, region, resources, assets };
}

function only(values: readonly string[], open: string, what: string): string | undefined {
  const known = [...new Set(values.filter((value) => value !== open))];
  if (known.length > 1)
    throw new Error(`the stacks name several ${what} (${known.join(", ")}); a local account has one`);
  return known[0];
}

class StackScope implements Scope {
  readonly region: string;
  readonly #stack: Stack;
  readonly #accountId: string;
  readonly #endpoint: string;
  readonly #assembly: () => readonly StackScope[];
  readonly #identities = new Map<string, Identity>();
  readonly #beingNamed = new Set<string>();

  constructor(
    stack: Stack,
    where: Pick<Naming, "accountId" | "region" | "endpoint">,
    assembly: () => readonly StackScope[],
  ) {
    this.#stack = stack;
    this.#accountId = where.accountId;
    this.#endpoint = where.endpoint;
    this.region = where.region;
    this.#assembly = assembly;
  }

  resources(): readonly ResolvedResource[] {
    return Object.entries(this.#stack.template.Resources).map(([logicalId, { Type, Properties }]) => {
      const identity = this.#identity(logicalId);
      const properties = resolveValue(Properties, this, `${this.#stack.name}.${logicalId}`);
      return {
        stack: this.#stack.name,
        logicalId,
        type: Type,
        properties: isMap(properties) ? properties : {},
        ...identity,
      };
    });
  }

  /** What was there before the stack, with the names that it has. */
  existing(metadataKey: string): readonly ResolvedResource[] {
    const section = this.#stack.template.Metadata[metadataKey] ?? {};
    return Object.entries(z.record(z.string(), ExistingResource).parse(section)).map(([name, existing]) => {
      const place = `${this.#stack.name}.Metadata.${name}`;
      const properties = resolveValue(existing.Properties, this, place);
      const attributes = resolveValue(existing.Attributes, this, place);
      return existingResource({
        stack: this.#stack.name,
        logicalId: name,
        type: existing.Type,
        ref: existing.Ref,
        ...(existing.Account === undefined ? {} : { accountId: existing.Account }),
        properties: isMap(properties) ? properties : {},
        attributes: isMap(attributes)
          ? Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)]))
          : {},
      });
    });
  }

  exported(name: string): unknown {
    for (const [id, output] of Object.entries(this.#stack.template.Outputs)) {
      if (output.Export === undefined) continue;
      const place = `${this.#stack.name}.Outputs.${id}`;
      if (resolveValue(output.Export.Name, this, place) === name) return resolveValue(output.Value, this, place);
    }
    return undefined;
  }

  ref(name: string): unknown {
    const pseudo: Readonly<Record<string, unknown>> = {
      "AWS::AccountId": this.#accountId,
      "AWS::Region": this.region,
      "AWS::Partition": "aws",
      "AWS::URLSuffix": "amazonaws.com",
      "AWS::StackName": this.#stack.name,
      "AWS::StackId": `arn:aws:cloudformation:${this.region}:${this.#accountId}:stack/${this.#stack.name}/local`,
      "AWS::NotificationARNs": [],
      "AWS::NoValue": NO_VALUE,
    };
    if (Object.hasOwn(pseudo, name)) return pseudo[name];
    if (Object.hasOwn(this.#stack.template.Parameters, name)) return this.#stack.template.Parameters[name]?.Default;
    return Object.hasOwn(this.#stack.template.Resources, name) ? this.#identity(name).ref : undefined;
  }

  attribute(logicalId: string, attribute: string): unknown {
    const value = this.#identity(logicalId).attributes[attribute];
    if (value !== undefined) return value;
    const type = this.#stack.template.Resources[logicalId]?.Type ?? "no resource";
    throw new Error(
      `${this.#stack.name}: attribute ${attribute} of ${logicalId} (${type}) is not supported in the local account`,
    );
  }

  imported(name: string): unknown {
    for (const stack of this.#assembly()) {
      const value = stack.exported(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  output(stackName: string, outputName: string): unknown {
    const stack = this.#assembly().find((each) => each.#stack.name === stackName);
    const output = stack === undefined ? undefined : stack.#stack.template.Outputs[outputName];
    if (stack === undefined || output === undefined) return undefined;
    return resolveValue(output.Value, stack, `${stackName}.Outputs.${outputName}`);
  }

  #identity(logicalId: string): Identity {
    const known = this.#identities.get(logicalId);
    if (known !== undefined) return known;
    const resource = this.#stack.template.Resources[logicalId];
    if (resource === undefined) throw new Error(`${this.#stack.name}: there is no resource ${logicalId}`);
    if (this.#beingNamed.has(logicalId))
      throw new Error(`${this.#stack.name}: the name of ${logicalId} depends on itself`);
    this.#beingNamed.add(logicalId);
    const naming: Naming = {
      stack: this.#stack.name,
      logicalId,
      region: this.region,
      accountId: this.#accountId,
      endpoint: this.#endpoint,
      own: (property) => this.#ownText(logicalId, resource.Properties, property),
    };
    const identity = identify(resource.Type, naming);
    this.#beingNamed.delete(logicalId);
    this.#identities.set(logicalId, identity);
    return identity;
  }

  #ownText(logicalId: string, properties: Readonly<Record<string, unknown>>, property: string): string | undefined {
    const steps = property.split(".");
    const raw = steps.reduce<unknown>((value, step) => (isMap(value) ? value[step] : undefined), properties);
    if (raw === undefined) return undefined;
    const value = resolveValue(raw, this, `${this.#stack.name}.${logicalId}.${property}`);
    if (value === NO_VALUE) return undefined;
    return typeof value === "string" ? value : String(value);
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
