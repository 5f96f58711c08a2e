import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";
import { App, type CfnResource, DefaultStackSynthesizer, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { z } from "zod";
import { readProject } from "../../contract/read.js";
import { Bundle } from "../../infra/bundle.js";
import { featureFlags } from "../../infra/feature-flags.js";
import { addStacks } from "../../infra/synthesize.js";
import { writeProject } from "../contract/projects.js";

export { shop } from "./shop-project.js";

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});
export const Template = z.object({ Resources: z.record(z.string(), Resource) }).loose();
export type Template = z.infer<typeof Template>;

const Report = z.object({
  pluginReports: z.array(
    z
      .object({
        violations: z.array(
          z
            .object({
              ruleName: z.string(),
              violatingConstructs: z.array(z.object({ constructPath: z.string() }).loose()),
            })
            .loose(),
        ),
      })
      .loose(),
  ),
});

/** One for all syntheses of a test file: bundling is half of what they take. */
let bundle: Bundle | undefined;
afterAll(() => bundle?.remove());

/** Adds the project's stacks to an app, also of one that this version refuses to deploy; without CloudFormation's own validation, which takes seconds. */
function inApp<Result>(
  files: Readonly<Record<string, string>>,
  use: (app: App) => Result,
  options: Parameters<typeof addStacks>[3] = {},
  validates = false,
): Result {
  const folder = writeProject(files);
  const outdir = mkdtempSync(join(tmpdir(), "sluice-assembly-"));
  bundle ??= new Bundle({ hasWheels: false });
  const before = process.env.CDK_VALIDATION;
  process.env.CDK_VALIDATION = String(validates);
  try {
    const defaultStackSynthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
    const app = new App({ context: featureFlags, analyticsReporting: false, outdir, defaultStackSynthesizer });
    const read = readProject(folder);
    if (read.project === undefined)
      throw new Error(`the project of the test is wrong: ${JSON.stringify(read.findings)}`);
    addStacks(app, { ...read, project: read.project }, bundle, options);
    return use(app);
  } finally {
    if (before === undefined) delete process.env.CDK_VALIDATION;
    else process.env.CDK_VALIDATION = before;
    for (const made of [folder, outdir]) rmSync(made, { recursive: true, force: true });
  }
}

/** The templates of a project by the names of their stacks. */
export const templatesOf = (
  files: Readonly<Record<string, string>>,
  options: Parameters<typeof addStacks>[3] = {},
): Readonly<Record<string, Template>> =>
  inApp(
    files,
    (app) =>
      Object.fromEntries(app.synth().stacks.map(({ stackName, template }) => [stackName, Template.parse(template)])),
    options,
  );

/** What cdk-nag finds: the rule, the path of the construct, and the reason where the stack acknowledges it. */
export interface Finding {
  readonly rule: string;
  readonly path: string;
  readonly reason?: string;
}

/** Whether a reason is given for something that is found. */
export const isUsed =
  (findings: readonly Finding[]) =>
  ({ reason }: { readonly reason: string }): boolean =>
    findings.some((finding) => finding.reason === reason);

export const unexplained = (findings: readonly Finding[]) => findings.filter(({ reason }) => reason === undefined);

type IsAcknowledged = (resource: CfnResource, rule: string) => boolean;

/** Notes what is found and acknowledged: the report has the rest. */
function watched(checks: AwsSolutionsChecks): readonly Finding[] {
  const acknowledged: Finding[] = [];
  const inner = checks as unknown as { isAcknowledged: IsAcknowledged };
  const before = inner.isAcknowledged.bind(checks);
  inner.isAcknowledged = (resource, rule) => {
    if (!before(resource, rule)) return false;
    const noted = resource.node.metadata.map(({ data }) => data?.[`Annotation::${rule}`] ?? data?.[rule]);
    acknowledged.push({ rule, path: resource.node.path, reason: String(noted.find((text) => text !== undefined)) });
    return true;
  };
  return acknowledged;
}

/** What cdk-nag, and CloudFormation's own rules when it validates, find in one synthesis; and the templates. */
export const checked = (files: Readonly<Record<string, string>>, validates: boolean) =>
  inApp(
    files,
    (app) => {
      const findings = findingsOf(app);
      const written = readdirSync(app.outdir).flatMap((name) => {
        const [, stack] = /^(.*)\.template\.json$/.exec(name) ?? [];
        return stack === undefined ? [] : [[stack, join(app.outdir, name)] as const];
      });
      const templates = written.map(
        ([stack, file]) => [stack, Template.parse(JSON.parse(readFileSync(file, "utf8")))] as const,
      );
      return { findings, templates: new Map(templates) };
    },
    {},
    validates,
  );

function findingsOf(app: App): readonly Finding[] {
  const checks = new AwsSolutionsChecks();
  const acknowledged = watched(checks);
  Validations.of(app).addPlugins(checks);
  try {
    app.synth();
  } catch (error) {
    // Thrown because there are findings; the report has them all.
    if (!(error instanceof Error && error.name === "ValidationFailed")) throw error;
  }
  const report = Report.parse(JSON.parse(readFileSync(join(app.outdir, "validation-report.json"), "utf8")));
  const violations = report.pluginReports.flatMap((each) => each.violations);
  return [
    ...acknowledged,
    ...violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => ({ rule: ruleName, path: constructPath })),
    ),
  ];
}

/** The resources of a type, by logical id. */
export function resourcesOf(template: Template | undefined, type: string) {
  return Object.values(template?.Resources ?? {}).filter(({ Type }) => Type === type);
}
