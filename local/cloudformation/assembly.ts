import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { Asset } from "../call/call.js";

/** A folder is no cloud assembly, or is incomplete: it is to be synthesized again. */
export class AssemblyUnreadable extends Error {
  override readonly name = "AssemblyUnreadable";
}

const Manifest = z.object({
  artifacts: z
    .record(
      z.string(),
      z.object({
        type: z.string(),
        environment: z.string().optional(),
        properties: z
          .object({
            templateFile: z.string().optional(),
            stackName: z.string().optional(),
            directoryName: z.string().optional(),
          })
          .optional(),
      }),
    )
    .default({}),
});

const Assets = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional(), packaging: z.enum(["file", "zip"]).default("file") }),
        destinations: z.record(z.string(), z.object({ bucketName: z.string(), objectKey: z.string() })).default({}),
      }),
    )
    .default({}),
});

/** What a stack says that it relies on and does not make, in the form of a resource. */
export const ExistingResource = z.object({
  Type: z.string(),
  Ref: z.string(),
  /** The account that it belongs to, where that is another one. */
  Account: z.string().optional(),
  Attributes: z.record(z.string(), z.unknown()).default({}),
  Properties: z.record(z.string(), z.unknown()).default({}),
});

export const Template = z.object({
  Metadata: z.record(z.string(), z.unknown()).default({}),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown() })).default({}),
  Resources: z
    .record(z.string(), z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }))
    .default({}),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
});
export type Template = z.infer<typeof Template>;

export interface Stack {
  readonly name: string;
  readonly file: string;
  /** As the assembly says; `unknown-account` and `unknown-region` when the app left them open. */
  readonly accountId: string;
  readonly region: string;
  readonly template: Template;
}

export interface PublishedAsset extends Asset {
  /** Still with `${AWS::AccountId}` and the like. */
  readonly bucketName: string;
  readonly objectKey: string;
}

export interface Assembly {
  readonly stacks: readonly Stack[];
  readonly assets: readonly PublishedAsset[];
}

/** Reads a folder that `cdk synth` wrote, with the assemblies of stages inside it.
 * @throws AssemblyUnreadable that names the file. */
export function readAssembly(folder: string): Assembly {
  const manifestFile = join(folder, "manifest.json");
  if (!existsSync(manifestFile)) {
    throw new AssemblyUnreadable(`${folder} is no cloud assembly: manifest.json is missing`);
  }
  const manifest = parseFile(manifestFile, Manifest);
  const stacks: Stack[] = [];
  const assets: PublishedAsset[] = [];
  for (const [id, artifact] of Object.entries(manifest.artifacts)) {
    const properties = artifact.properties ?? {};
    if (artifact.type === "cdk:cloud-assembly" && properties.directoryName !== undefined) {
      const inner = readAssembly(join(folder, properties.directoryName));
      stacks.push(...inner.stacks);
      assets.push(...inner.assets);
    }
    if (artifact.type !== "aws:cloudformation:stack" || properties.templateFile === undefined) continue;
    const file = join(folder, properties.templateFile);
    const [, accountId = "unknown-account", region = "unknown-region"] =
      /^aws:\/\/([^/]+)\/([^/]+)$/.exec(artifact.environment ?? "") ?? [];
    stacks.push({ name: properties.stackName ?? id, file, accountId, region, template: parseFile(file, Template) });
    assets.push(...readAssets(folder, properties.templateFile.replace(/\.template\.json$/, ".assets.json")));
  }
  return { stacks, assets };
}

function readAssets(folder: string, name: string): readonly PublishedAsset[] {
  const file = join(folder, name);
  if (!existsSync(file)) return [];
  return Object.values(parseFile(file, Assets).files).flatMap(({ source, destinations }) => {
    const { path, packaging } = source;
    if (path === undefined) return [];
    return Object.values(destinations).map((to) => ({ path: resolve(folder, path), packaging, ...to }));
  });
}

function parseFile<T>(file: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new AssemblyUnreadable(`${file} cannot be read as JSON (${String(error)})`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new AssemblyUnreadable(`${file} is not what the CDK writes:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
