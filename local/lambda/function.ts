import { cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import type { Account, ResolvedResource } from "../call/call.js";
import { AssemblyUnreadable } from "../cloudformation/assembly.js";
import { stableSuffix } from "../cloudformation/resource-types.js";

const Properties = z.object({
  Code: z.object({
    S3Bucket: z.string().optional(),
    S3Key: z.string().optional(),
    ZipFile: z.string().optional(),
    ImageUri: z.string().optional(),
  }),
  Handler: z.string().default("index.handler"),
  Runtime: z.string().default(""),
  Role: z.string(),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  Description: z.string().default(""),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
});

const InvokeConfig = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.coerce.number().default(2),
  MaximumEventAgeInSeconds: z.coerce.number().default(21_600),
  DestinationConfig: z
    .object({
      OnFailure: z.object({ Destination: z.string() }).optional(),
      OnSuccess: z.object({ Destination: z.string() }).optional(),
    })
    .default({}),
});

export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly handler: string;
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly reservedConcurrency: number | undefined;
  readonly deadLetterArn: string | undefined;
  readonly onFailureArn: string | undefined;
  readonly retryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  readonly code: { readonly path: string; readonly id: string } | { readonly text: string; readonly id: string };
}

/** The functions of the templates. @throws Error by name for what Lambda knows and the local account does not. */
export function functionsOf(account: Account): readonly FunctionDefinition[] {
  const configs = account
    .resourcesOf("AWS::Lambda::EventInvokeConfig")
    .map((resource) => parse(resource, InvokeConfig));
  return account.resourcesOf("AWS::Lambda::Function").map((resource) => {
    const properties = parse(resource, Properties);
    const place = `${resource.stack}.${resource.logicalId}`;
    const config = configs.find(
      ({ FunctionName }) => FunctionName === resource.ref || FunctionName === resource.attributes.Arn,
    );
    if (config?.DestinationConfig.OnSuccess !== undefined)
      throw new Error(`${place}: an on-success destination is not supported in the local account`);
    return {
      name: resource.ref,
      arn: resource.attributes.Arn ?? "",
      roleArn: properties.Role,
      handler: properties.Handler,
      runtime: properties.Runtime,
      timeoutSeconds: properties.Timeout,
      memorySizeMb: properties.MemorySize,
      description: properties.Description,
      environment: properties.Environment?.Variables ?? {},
      reservedConcurrency: properties.ReservedConcurrentExecutions,
      deadLetterArn: properties.DeadLetterConfig?.TargetArn,
      onFailureArn: config?.DestinationConfig.OnFailure?.Destination,
      retryAttempts: config?.MaximumRetryAttempts ?? 2,
      maximumEventAgeSeconds: config?.MaximumEventAgeInSeconds ?? 21_600,
      code: codeOf(account, properties.Code, place),
    };
  });
}

function parse<T>(resource: ResolvedResource, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(resource.properties);
  if (!parsed.success) throw new Error(`${resource.stack}.${resource.logicalId}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function codeOf(account: Account, code: z.infer<typeof Properties>["Code"], place: string): FunctionDefinition["code"] {
  if (code.ZipFile !== undefined) return { text: code.ZipFile, id: `inline-${stableSuffix(code.ZipFile, 24)}` };
  if (code.S3Bucket === undefined || code.S3Key === undefined)
    throw new Error(`${place}: only code from an asset or inline is supported in the local account`);
  const asset = account.asset(code.S3Bucket, code.S3Key);
  if (asset === undefined)
    throw new AssemblyUnreadable(`${place}: the assembly has no asset ${code.S3Bucket}/${code.S3Key}`);
  return { path: asset.path, id: basename(code.S3Key).replace(/\.zip$/, "") };
}

/** The folder that the function runs from: a copy of the asset, as a deploy makes one, so that a package.json further up
 * does not decide what kind of module its files are. */
export function taskRoot(account: Account, definition: FunctionDefinition): string {
  const folder = join(account.stateFolder, "lambda", "code", definition.code.id);
  if (existsSync(folder)) return folder;
  const building = `${folder}.tmp-${process.pid}`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  if ("text" in definition.code)
    writeFileSync(
      join(building, `index.${definition.runtime.startsWith("python") ? "py" : "js"}`),
      definition.code.text,
    );
  else if (statSync(definition.code.path).isDirectory())
    cpSync(definition.code.path, building, { recursive: true, dereference: true });
  else
    throw new Error(
      `${definition.name}: its asset ${definition.code.path} is an archive; only folders are supported in the local account`,
    );
  const manifest = join(building, "package.json");
  if (!existsSync(manifest)) writeFileSync(manifest, '{"type":"commonjs"}\n');
  renameSync(building, folder);
  return folder;
}
