import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App, DefaultStackSynthesizer, type Environment, Tags } from "aws-cdk-lib";
import type { CloudAssembly } from "aws-cdk-lib/cx-api";
import type { Construct } from "constructs";
import { readSoundProject, type SoundProject } from "../contract/read.js";
import type { SourceFile } from "../contract/source-file.js";
import { Bundle } from "./bundle.js";
import { allowDependenciesOnRoles } from "./cfn-lint.js";
import { keyReadersOf } from "./constructs/protection-key.js";
import { featureFlags } from "./feature-flags.js";
import { acknowledge } from "./nag-reasons.js";
import { BucketNames, KeyNames, type Names, namesOf, SourceNames } from "./names.js";
import { withSparkNeeds } from "./needs-spark.js";
import { SourceStack } from "./stacks/source-stack.js";
import { WarehouseStack } from "./stacks/warehouse-stack.js";
import { validatedOnce } from "./validated-once.js";

export interface SynthesisOptions {
  /** Whether the CDK checks the templates against CloudFormation's own rules (seconds). By default as CDK_VALIDATION says. */
  readonly validate?: boolean;
  /** The second of two switches, beside `dataDeletion: allowed`: the project's name, typed by who wants its data gone. */
  readonly deleteData?: string | undefined;
  /** Whose keys are laid over sluice.yaml; `local`, and nothing, is the file itself. */
  readonly environment?: string | undefined;
  /** Whether the Lambda in Python and the Glue job get their wheels; true unless nothing is to be deployed. */
  readonly wheels?: boolean;
}

/**
 * Makes the CloudFormation templates of a project: one stack for the warehouse, one a source. Needs no credentials and
 * no Docker, and no network but for the wheels of Lambda and Glue job, once; the account is left open.
 * @param projectFolder the folder of sluice.yaml.
 * @param outputFolder where the assembly goes; made or overwritten.
 * @throws ProjectInvalid with every error of the declarations; LambdaArchiveImpossible; WheelsUnavailable
 */
export function synthesize(
  projectFolder: string,
  outputFolder?: string,
  { validate, deleteData, wheels = true, environment }: SynthesisOptions = {},
): CloudAssembly {
  const project = readSoundProject(projectFolder, environment);
  const bundle = new Bundle({ hasWheels: wheels });
  const before = process.env.CDK_VALIDATION;
  // The CDK has no other switch.
  if (validate !== undefined) process.env.CDK_VALIDATION = String(validate);
  try {
    const { qualifier } = project.project.deployment;
    const made = () => {
      const app = new App({
        // Without the rule that asks for the bootstrap's version: it is all that would need a parameter.
        defaultStackSynthesizer: new DefaultStackSynthesizer({
          generateBootstrapVersionRule: false,
          ...(qualifier === undefined ? {} : { qualifier }),
        }),
        // The CDK throws at the first stack with too many resources; `limitFindings` names every limit that is passed.
        context: { ...featureFlags, "@aws-cdk/core:stackResourceLimit": 0 },
        analyticsReporting: false,
        ...(outputFolder === undefined ? {} : { outdir: outputFolder }),
      });
      addStacks(app, project, bundle, { deleteData });
      return app;
    };
    return validate === undefined && before === undefined ? synthesizeOnce(made) : made().synth();
  } finally {
    if (before === undefined) delete process.env.CDK_VALIDATION;
    else process.env.CDK_VALIDATION = before;
    bundle.remove();
  }
}

/** Validates what it makes, unless the same was found sound before. */
function synthesizeOnce(made: () => App): CloudAssembly {
  process.env.CDK_VALIDATION = "false";
  let assembly = made().synth();
  const texts = assembly.stacks.map(({ templateFullPath }) => readFileSync(templateFullPath, "utf8"));
  validatedOnce(texts, () => {
    process.env.CDK_VALIDATION = "true";
    // Another app: of one that is synthesized twice, a stack's assets are listed with those of others.
    assembly = made().synth();
    const report = join(assembly.directory, "validation-report.json");
    return existsSync(report) && !readFileSync(report, "utf8").includes('"ruleName"');
  });
  return assembly;
}

/** Both switches: what the declarations allow, and the project's name from who destroys. */
export const mayDeleteData = ({ name, dataDeletion }: SoundProject["project"], deleteData: string | undefined) =>
  dataDeletion === "allowed" && deleteData === name;

export interface StackOptions extends Pick<SynthesisOptions, "deleteData"> {
  /** Where the stacks are deployed; by default the account of whoever deploys. The region is the project's. */
  readonly account?: string | undefined;
}

export interface ProjectStacks {
  readonly warehouse: WarehouseStack;
  /** By the source's name. */
  readonly sources: ReadonlyMap<string, SourceStack>;
}

/** Adds a project's stacks to an app, or to a stage of one. */
export function addStacks(
  scope: Construct,
  { project, contracts }: SoundProject,
  bundle: Bundle,
  { deleteData, account }: StackOptions = {},
): ProjectStacks {
  const names = namesOf(project);
  const known = withSparkNeeds(contracts);
  const env: Environment = { region: project.region, ...(account === undefined ? {} : { account }) };
  const sources = Object.entries(project.sources).map(([source, settings]) => ({
    source,
    settings,
    contracts: known.filter((contract) => contract.source === source),
    landing: bucketOf(names, source, "landing", settings),
    processed: bucketOf(names, source, "processed", settings),
  }));
  const stack = (name: string) => ({
    stackName: `${project.name}-${name}`,
    env,
  });
  const warehouse = new WarehouseStack(scope, `${project.name}-warehouse`, {
    ...stack("warehouse"),
    description: `Sluice: the warehouse of ${project.name}`,
    project,
    names,
    bundle,
    sources: sources.map(({ source, processed }) => ({ names: new SourceNames(names, source), processed })),
    keyReaders: sources.flatMap(({ source, contracts }) => keyReadersOf(new SourceNames(names, source), contracts)),
  });
  const mayBeDeleted = mayDeleteData(project, deleteData);
  const made = new Map<string, SourceStack>();
  for (const source of sources) {
    const sourceStack = new SourceStack(scope, `${project.name}-${source.source}`, {
      ...stack(source.source),
      description: `Sluice: the source ${source.source} of ${project.name}`,
      project,
      bundle,
      mayBeDeleted,
      ...source,
    });
    sourceStack.addStackDependency(warehouse);
    Tags.of(sourceStack).add("sluice:source", source.source);
    made.set(source.source, sourceStack);
  }
  // Not on the app: it may hold stacks of others.
  for (const each of [warehouse, ...made.values()]) {
    allowDependenciesOnRoles(each);
    acknowledge(each);
    for (const [key, value] of Object.entries({ "sluice:project": project.name, ...project.tags })) {
      Tags.of(each).add(key, value);
    }
  }
  return { warehouse, sources: made };
}

function bucketOf(names: Names, source: string, kind: "landing" | "processed", settings: SourceFile): BucketNames {
  const bucket = settings[kind];
  const { kms } = settings;
  if (bucket === "create") {
    return BucketNames.ofSource(names, source, kind, {
      key: kms === false ? undefined : new KeyNames(names, source, kms),
    });
  }
  // A key that we make is of the buckets that we make.
  const key = typeof kms === "string" ? new KeyNames(names, source, kms) : undefined;
  return BucketNames.ofSource(names, source, kind, { existing: bucket.existingBucket, key });
}
