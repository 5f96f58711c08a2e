import type { Finding } from "../../contract/finding.js";
import { describeFinding } from "../../contract/read.js";
import { CommandFailed } from "../output/exit-codes.js";
import { characters, items, member, type Properties, resourcesOf, type TemplateResource } from "./template-text.js";

/**
 * What AWS refuses of a template for its size, found before anything is deployed: CloudFormation would find it at its end and roll
 * back. Numbers are of AWS's pages of quotas: CloudFormation (cloudformation-limits), EventBridge (eb-quota), IAM
 * (reference_iam-quotas), Lambda (gettingstarted-limits), Step Functions (service-quotas), S3 (bucket-policies), Secrets Manager
 * (reference_limits). Where only CloudFormation knows a part of a text, that part counts nothing, so nothing is found that is not there.
 */

interface Limit {
  /** What is counted, as a sentence has it after its number. */
  readonly what: string;
  readonly most: number;
  readonly whose: string;
  readonly remedy: string;
}

const split = "Move datasets to another source in sluice.yaml: each source has its own stack.";
const fewer = "Remove what the project no longer needs, or divide it into two projects.";
const shorten = (keys: string) => `Name fewer or shorter ARNs in sluice.yaml (${keys}), or divide the source.`;

const ofStacks = {
  resources: { what: "resources", most: 500, whose: "CloudFormation", remedy: split },
  outputs: { what: "outputs", most: 200, whose: "CloudFormation", remedy: fewer },
  parameters: { what: "parameters", most: 200, whose: "CloudFormation", remedy: fewer },
  bytes: { what: "bytes of template", most: 1_000_000, whose: "CloudFormation", remedy: split },
} as const satisfies Record<string, Limit>;

/** Per type of resource: what of it is counted. */
const ofResources: Readonly<Record<string, readonly (Limit & { readonly count: (of: Properties) => number })[]>> = {
  "AWS::Events::Rule": [
    {
      what: "characters in its event pattern",
      most: 2048,
      whose: "EventBridge",
      remedy: split,
      count: ({ EventPattern }) => characters(EventPattern),
    },
    {
      what: "targets",
      most: 5,
      whose: "EventBridge",
      remedy: fewer,
      count: ({ Targets }) => items(Targets).length,
    },
  ],
  "AWS::IAM::ManagedPolicy": [
    {
      what: "characters in its policy",
      most: 6144,
      whose: "IAM",
      remedy: split,
      count: ({ PolicyDocument }) => characters(PolicyDocument),
    },
  ],
  "AWS::Lambda::Function": [
    {
      what: "bytes in its environment",
      most: 4096,
      whose: "Lambda",
      remedy: fewer,
      count: ({ Environment }) =>
        Object.entries(Object(member(Environment, "Variables") ?? {}))
          .flat()
          .reduce<number>((sum, text) => sum + characters(text), 0),
    },
  ],
  "AWS::StepFunctions::StateMachine": [
    {
      what: "characters in its definition",
      most: 1_048_576,
      whose: "Step Functions",
      remedy: fewer,
      count: ({ DefinitionString }) => characters(DefinitionString),
    },
  ],
  "AWS::S3::BucketPolicy": [
    {
      what: "bytes in its policy",
      most: 20_480,
      whose: "S3",
      remedy: shorten("readers, administrators"),
      count: ({ PolicyDocument }) => characters(PolicyDocument),
    },
  ],
  "AWS::SecretsManager::ResourcePolicy": [
    {
      what: "characters in its policy",
      most: 20_480,
      whose: "Secrets Manager",
      remedy: shorten("administrators"),
      count: ({ ResourcePolicy }) => characters(ResourcePolicy),
    },
  ],
};

const inlineLimit: Limit = {
  what: "characters in its inline policies",
  most: 10_240,
  whose: "IAM",
  remedy: split,
};
/** Of an account's default bus; 100 in two regions, whose quota can be raised. */
const rulesLimit: Limit = {
  what: "rules on the default event bus",
  most: 300,
  whose: "EventBridge",
  remedy: "Have the quota of rules per event bus raised, or divide the project over two accounts.",
};

/** A stack of an assembly. */
export interface Stack {
  readonly name: string;
  readonly template: unknown;
}

/** Everything in the templates that is over a limit. */
export function limitFindings(stacks: readonly Stack[], project: string): readonly Finding[] {
  const rules = stacks.flatMap(({ template }) =>
    resourcesOf(template).filter(({ type }) => type === "AWS::Events::Rule"),
  );
  return [
    ...stacks.flatMap((stack) => ofStack(stack, project)),
    ...over(rulesLimit, rules.length, `the project ${project}`, "", "exactly"),
  ];
}

function ofStack({ name, template }: Stack, project: string): readonly Finding[] {
  const path = name === `${project}-warehouse` ? "warehouse" : `sources.${name.slice(project.length + 1)}`;
  const resources = resourcesOf(template);
  const stack = `the stack ${name}`;
  const keys = (section: string) => Object.keys(Object(member(template, section) ?? {})).length;
  return [
    ...over(ofStacks.resources, resources.length, stack, path, "exactly"),
    ...over(ofStacks.outputs, keys("Outputs"), stack, path, "exactly"),
    ...over(ofStacks.parameters, keys("Parameters"), stack, path, "exactly"),
    // As the CDK writes it: with one blank a level.
    ...over(ofStacks.bytes, Buffer.byteLength(JSON.stringify(template, null, 1)), stack, path, "exactly"),
    ...resources.flatMap((resource) =>
      (ofResources[resource.type] ?? []).flatMap(({ count, ...limit }) =>
        over(limit, count(resource.properties), `${resource.id} (${resource.type}) of ${stack}`, path, "at least"),
      ),
    ),
    ...inlinePolicies(resources).flatMap(({ role, length }) =>
      over(inlineLimit, length, `the role ${role} of ${stack}`, path, "at least"),
    ),
  ];
}

/** IAM counts the inline policies of a role together, those that a template attaches to it too. */
function inlinePolicies(resources: readonly TemplateResource[]) {
  const policies = resources.filter(({ type }) => type === "AWS::IAM::Policy");
  return resources.flatMap(({ id, type, properties }) => {
    if (type !== "AWS::IAM::Role") return [];
    const attached = policies.filter((policy) =>
      items(policy.properties.Roles).some((role) => member(role, "Ref") === id),
    );
    const documents = [
      ...items(properties.Policies).map((policy) => member(policy, "PolicyDocument")),
      ...attached.map((policy) => policy.properties.PolicyDocument),
    ];
    return [{ role: id, length: documents.reduce<number>((sum, document) => sum + characters(document), 0) }];
  });
}

function over(
  { what, most, whose, remedy }: Limit,
  count: number,
  where: string,
  path: string,
  how: string,
): Finding[] {
  if (count <= most) return [];
  const [grouped, limit] = [count, most].map((value) => value.toLocaleString("en-US"));
  return [
    {
      file: "sluice.yaml",
      path,
      line: 1,
      severity: "error",
      found: `${how === "exactly" ? "" : `${how} `}${grouped} ${what} in ${where}`,
      expected: `at most ${limit}, which is the limit of ${whose}`,
      remedy,
    },
  ];
}

/** @throws CommandFailed that lists everything over a limit */
export function refuseOverLimits(stacks: readonly Stack[], project: string, outcome: string): void {
  const found = limitFindings(stacks, project);
  if (found.length === 0) return;
  throw new CommandFailed(`AWS would refuse this deployment:\n${found.map(describeFinding).join("\n")}\n${outcome}`);
}
