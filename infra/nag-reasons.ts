import { AspectPriority, Aspects, CfnResource, type IAspect, Stack, Validations } from "aws-cdk-lib";
import { CfnManagedPolicy, CfnPolicy, CfnRole } from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";

/**
 * What cdk-nag's AwsSolutions finds in Sluice's stacks and what is meant to be so, each with its reason. The stacks acknowledge
 * it themselves, so an app that checks itself with cdk-nag needs no exceptions of its own for them.
 */
export interface Reason {
  /** A whole rule id, or which resources of `AwsSolutions-IAM5[Resource::…]`. */
  readonly rule: `AwsSolutions-${string}` | RegExp;
  /** Below the stack. */
  readonly path: RegExp;
  readonly reason: string;
}

/** Resources of a statement, as cdk-nag writes them. */
const resource = (text: string) => new RegExp(`^${text}$`);
const here = "arn:<AWS::Partition>:[a-z0-9-]*:[a-z0-9-]*:(<AWS::AccountId>)?:";
/** A name of the project's, or of a bucket or cluster that was there before. */
const own = "[A-Za-z0-9._<>:-]+";
const everything = /^\*$/;

export const usualReasons: readonly Reason[] = [
  {
    rule: resource(`${here}log-group:/aws/lambda/[a-z0-9-]+:\\*`),
    path: /Role\/DefaultPolicy\/Resource$/,
    reason: "The streams of the function's own log group; Lambda names them.",
  },
  {
    rule: resource(`${here}log-group:/aws-glue/[a-z0-9/*-]+(:log-stream:\\*)?`),
    path: /^(Conversion|Catalogue)\//,
    reason: "Glue makes these groups and streams itself, under names of its own.",
  },
  {
    rule: resource(`arn:<AWS::Partition>:s3:::${own}/([a-z-]+/)?\\*`),
    path: /Role\/DefaultPolicy\/Resource$/,
    reason: "Objects under one prefix of the source's own bucket: their keys are those of the batches.",
  },
  {
    rule: resource(`${here}function:${own}:\\*`),
    path: /(LoadPartition|ScheduledLoad|ConvertPartition)\/Role/,
    reason: "The versions of the functions that the machine calls; Step Functions asks for both forms (A8.1).",
  },
  {
    rule: resource(`${here}execution:${own}:\\*`),
    path: /^(Machines\/LoadPartition|Schedules\/ScheduledLoad|Functions\/start-load)\//,
    reason: "Executions of the machines that are started here; each has a name of its own (A8.8).",
  },
  {
    rule: resource(`${here}table/${own}/\\*`),
    path: /^(Catalogue\/CrawlerRole|Machines\/UpdateCatalogue|SpectrumRole)\//,
    reason: "The tables of the source's own database: one a dataset.",
  },
  {
    rule: resource(`${here}snapshot:${own}/\\*`),
    path: /TakeSnapshot\/Role/,
    reason: "Snapshots of this cluster; each batch's has a name of its own.",
  },
  {
    rule: everything,
    path: /^(Machines|Schedules)\/\w+\/Role\//,
    reason:
      "Log delivery and tracing know no resource (A10.2). Neither do the Data API's questions about a statement (B6.7), which belong to the role that submitted it, nor DescribeClusterSnapshots.",
  },
  {
    rule: everything,
    path: /^Conversion\/Role\//,
    reason: "PutMetricData knows no resource; a condition holds it to Glue's namespace.",
  },
  {
    rule: everything,
    path: /^((Functions|Schedules|OverdueWatch|Events|Notices|Alerts|StatementEvents)\/[a-z-]+|LambdaConversion)\/Role\//,
    reason: "Tracing knows no resource.",
  },
  {
    rule: "AwsSolutions-L1",
    path: /^LambdaConversion\/Function\/Resource$/,
    reason: "The wheels in its archive are those of this Python, and the Glue job has the same.",
  },
  {
    rule: resource(`arn:<AWS::Partition>:s3:::${own}/(data|rejected|results)/\\*`),
    path: /^LakeReader\//,
    reason: "What is published, and the answers of Athena: keys that nobody knows beforehand.",
  },
  {
    rule: resource(`${here}table/${own}/\\*`),
    path: /^LakeReader\//,
    reason: "The tables of the source's own database: one a dataset.",
  },
  {
    rule: "AwsSolutions-S1",
    path: /^Lake\/Results\/Resource$/,
    reason: "Copies of answers, for a month; who asked is CloudTrail's to say.",
  },
  {
    rule: "AwsSolutions-GL1",
    path: /^(Conversion\/Job|Catalogue\/Crawler)$/,
    reason: "CloudWatch encrypts logs by itself; keys of one's own are for who asks for them.",
  },
  {
    rule: "AwsSolutions-GL3",
    path: /^Conversion\/Job$/,
    reason: "Bookmarks are off.",
  },
  {
    rule: "AwsSolutions-RS4",
    path: /^Warehouse\/Cluster$/,
    reason: "The network has no way in; another port would only surprise the tools of those who are let in.",
  },
  {
    rule: "AwsSolutions-S1",
    path: /^(Landing|Processed)\/Bucket\/Resource$/,
    reason: "Who read or wrote an object is CloudTrail's to say, for the account as a whole.",
  },
  {
    rule: "AwsSolutions-SQS3",
    path: /^(Schedules|OverdueWatch)\/Clock\/FailedCalls\/Resource$/,
    reason: "It is itself the dead-letter queue: of schedules, which cdk-nag does not know.",
  },
  {
    rule: "AwsSolutions-SF1",
    path: /^(Machines|Schedules)\/\w+\/Machine\/Resource$/,
    reason: "Step Functions keeps whole histories for 90 days (A2.3); the log has the errors, for longer.",
  },
];

/** Of a warehouse of Serverless, in place of the cluster's. */
export const serverlessReasons: readonly Reason[] = [
  {
    rule: resource(`${here}snapshot/\\*`),
    path: /TakeSnapshot\/Role/,
    reason: "Snapshots of Serverless: the ARN ends in an id that AWS chooses.",
  },
];

/** What a source adds that has a key, access logs, or buckets that were there before. */
export const sourceReasons: readonly Reason[] = [
  {
    rule: resource(`${here}key/\\*`),
    path: /(^|\/)(\w*Role|LakeReader\/Policy)\//,
    reason: "A condition holds it to the key with the source's alias, and to S3: the role is made before the key is.",
  },
  {
    rule: "AwsSolutions-S1",
    path: /^Storage\/AccessLogs\/Bucket\/Resource$/,
    reason: "It is itself the bucket of the logs.",
  },
];

/** What a company's own ways add. */
export const companyReasons: readonly Reason[] = [
  {
    rule: everything,
    path: /^(SpectrumRole|LakeReader)\//,
    reason: "lakeformation:GetDataAccess knows no resource; Lake Formation's grants say what it gives.",
  },
  {
    rule: "AwsSolutions-SMG4",
    path: /^(Loader|Reader)\/Secret\/Resource$/,
    reason:
      "Where the project does not say from where passwords are rotated, nobody rotates them but whoever changes the secret.",
  },
  {
    rule: "AwsSolutions-SF2",
    path: /\/Machine\/Resource$/,
    reason: "Tracing is off only where the project says tracing: false.",
  },
  {
    rule: resource(`${here}network-interface/\\*`),
    path: /^Conversion\/Role\//,
    reason: "Glue tags the interfaces that it makes in the subnet; a condition holds it to its own tag.",
  },
];

const reasons = [...usualReasons, ...serverlessReasons, ...sourceReasons, ...companyReasons];

/** Notes at each resource of a stack what cdk-nag may find there, and why it is so. */
export function acknowledge(stack: Stack): void {
  // Before the aspect with which cdk-nag writes reasons into templates.
  Aspects.of(stack).add(new Acknowledging(), { priority: AspectPriority.MUTATING });
}

class Acknowledging implements IAspect {
  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node)) return;
    const path = node.node.path.slice(Stack.of(node).node.path.length + 1);
    const meant = reasons.filter((each) => each.path.test(path));
    if (meant.length === 0) return;
    const wildcards = wildcardsOf(node);
    for (const { rule, reason } of meant) {
      const ids =
        typeof rule === "string"
          ? [rule]
          : wildcards.filter((text) => rule.test(text)).map((text) => `AwsSolutions-IAM5[Resource::${text}]`);
      Validations.of(node).acknowledge(...ids.map((id) => ({ id, reason })));
    }
  }
}

interface Allowing {
  readonly Effect?: string;
  readonly Resource?: unknown;
}

/** The resources with a wildcard that a role or a policy allows, as cdk-nag writes them. */
function wildcardsOf(node: CfnResource): readonly string[] {
  const documents =
    node instanceof CfnPolicy || node instanceof CfnManagedPolicy
      ? [node.policyDocument]
      : node instanceof CfnRole
        ? [Stack.of(node).resolve(node.policies) ?? []].flat().map(({ policyDocument }) => policyDocument)
        : [];
  const found = documents.flatMap((document): readonly Allowing[] => Stack.of(node).resolve(document).Statement ?? []);
  const resources = found.filter(({ Effect }) => Effect === "Allow").flatMap(({ Resource = [] }) => [Resource].flat());
  return [...new Set(resources.map(flat).filter((text) => text.includes("*")))];
}

/** A reference of CloudFormation's as one text: `<AWS::AccountId>`, `<Bucket.Arn>`. */
function flat(value: unknown): string {
  if (typeof value === "string") return value.replaceAll("${", "<").replaceAll("}", ">");
  if (typeof value !== "object" || value === null) return "";
  const [[name, inner] = ["", undefined]] = Object.entries(value);
  const parts: readonly unknown[] = Array.isArray(inner) ? inner : [];
  if (name === "Fn::Sub") return flat(inner);
  if (name === "Ref") return `<${flat(inner)}>`;
  if (name === "Fn::GetAtt") return `<${parts.map(flat).join(".")}>`;
  if (name === "Fn::Join" && Array.isArray(parts[1])) return parts[1].map(flat).join(flat(parts[0]));
  return JSON.stringify(value);
}
