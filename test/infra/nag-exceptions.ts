import type { Finding } from "./synthesized.js";

export interface Exception {
  readonly rule: RegExp;
  readonly path: RegExp;
  readonly reason: string;
}

/** A permission on several resources, as cdk-nag writes it. */
const several = (resource: string) => new RegExp(`^AwsSolutions-IAM5\\[Resource::${resource}\\]$`);
const here = "arn:<AWS::Partition>:[a-z0-9-]*:(eu-west-1)?:(<AWS::AccountId>)?:";
const everything = /^AwsSolutions-IAM5\[Resource::\*\]$/;

/** What cdk-nag finds and we keep, each with its reason. */
export const exceptions: readonly Exception[] = [
  {
    rule: several(`${here}log-group:/aws/lambda/[a-z0-9-]+:\\*`),
    path: /Role\/DefaultPolicy\/Resource$/,
    reason: "The streams of the function's own log group; Lambda names them.",
  },
  {
    rule: several(`${here}log-group:/aws-glue/[a-z0-9/*-]+(:log-stream:\\*)?`),
    path: /^shop-[a-z0-9]+\/(Conversion|Catalogue)\//,
    reason: "Glue makes these groups and streams itself, under names of its own.",
  },
  {
    rule: several(
      "arn:<AWS::Partition>:s3:::shop-[a-z0-9]+-(landing|processed)-<AWS::AccountId>-eu-west-1/([a-z-]+/)?\\*",
    ),
    path: /Role\/DefaultPolicy\/Resource$/,
    reason: "Objects under one prefix of the source's own bucket: their keys are those of the batches.",
  },
  {
    rule: several(`${here}function:shop-[a-z0-9-]+:\\*`),
    path: /(LoadPartition|ScheduledLoad|ConvertPartition)\/Role/,
    reason: "The versions of the functions that the machine calls; Step Functions asks for both forms (A8.1).",
  },
  {
    rule: several(`${here}execution:shop-[a-z0-9-]+:\\*`),
    path: /^shop-[a-z0-9]+\/(Machines\/LoadPartition|Schedules\/ScheduledLoad|Functions\/start-load)\//,
    reason: "Executions of the machines that are started here; each has a name of its own (A8.8).",
  },
  {
    rule: several(`${here}table/shop_[a-z0-9]+(_landing)?/\\*`),
    path: /^shop-[a-z0-9]+\/(Catalogue\/CrawlerRole|Machines\/UpdateCatalogue|SpectrumRole)\//,
    reason: "The tables of the source's own database: one a dataset.",
  },
  {
    rule: several(`${here}snapshot:(shop|theirs)/\\*`),
    path: /TakeSnapshot\/Role/,
    reason: "Snapshots of this cluster; each batch's has a name of its own.",
  },
  {
    rule: everything,
    path: /^shop-[a-z0-9]+\/(Machines|Schedules)\/\w+\/Role\//,
    reason:
      "Log delivery and tracing know no resource (A10.2). Neither do the Data API's questions about a statement (B6.7), which belong to the role that submitted it, nor DescribeClusterSnapshots.",
  },
  {
    rule: everything,
    path: /^shop-[a-z0-9]+\/Conversion\/Role\//,
    reason: "PutMetricData knows no resource; a condition holds it to Glue's namespace.",
  },
  {
    rule: everything,
    path: /\/((Functions|Schedules|OverdueWatch|Events|Notices|Alerts|StatementEvents)\/[a-z-]+|LambdaConversion)\/Role\//,
    reason: "Tracing knows no resource.",
  },
  {
    rule: /^AwsSolutions-L1$/,
    path: /^shop-[a-z0-9]+\/LambdaConversion\/Function\/Resource$/,
    reason: "The wheels in its archive are those of this Python, and the Glue job has the same.",
  },
  {
    rule: several(
      "arn:<AWS::Partition>:s3:::shop-([a-z0-9]+-processed|athena)-<AWS::AccountId>-eu-west-1/(data|rejected|results)/\\*",
    ),
    path: /^shop-[a-z0-9]+\/LakeReader\//,
    reason: "What is published, and the answers of Athena: keys that nobody knows beforehand.",
  },
  {
    rule: several(`${here}table/shop_[a-z0-9]+(_landing)?/\\*`),
    path: /^shop-[a-z0-9]+\/LakeReader\//,
    reason: "The tables of the source's own database: one a dataset.",
  },
  {
    rule: /^AwsSolutions-S1$/,
    path: /^shop-warehouse\/Lake\/Results\/Resource$/,
    reason: "Copies of answers, for a month; who asked is CloudTrail's to say.",
  },
  {
    rule: /^AwsSolutions-GL1$/,
    path: /^shop-[a-z0-9]+\/(Conversion\/Job|Catalogue\/Crawler)$/,
    reason: "CloudWatch encrypts logs by itself; keys of one's own are for who asks for them.",
  },
  {
    rule: /^AwsSolutions-GL3$/,
    path: /^shop-[a-z0-9]+\/Conversion\/Job$/,
    reason: "Bookmarks are off.",
  },
  {
    rule: /^AwsSolutions-RS4$/,
    path: /^shop-warehouse\/Warehouse\/Cluster$/,
    reason: "The network has no way in; another port would only surprise the tools of those who are let in.",
  },
  {
    rule: /^AwsSolutions-S1$/,
    path: /^shop-[a-z0-9]+\/(Landing|Processed)\/Bucket\/Resource$/,
    reason: "Who read or wrote an object is CloudTrail's to say, for the account as a whole.",
  },
  {
    rule: /^AwsSolutions-SQS3$/,
    path: /^shop-[a-z0-9]+\/(Schedules|OverdueWatch)\/Clock\/FailedCalls\/Resource$/,
    reason: "It is itself the dead-letter queue: of schedules, which cdk-nag does not know.",
  },
  {
    rule: /^AwsSolutions-SF1$/,
    path: /^shop-[a-z0-9]+\/(Machines|Schedules)\/\w+\/Machine\/Resource$/,
    reason: "Step Functions keeps whole histories for 90 days (A2.3); the log has the errors, for longer.",
  },
];

/** Of a warehouse of Serverless, in place of the cluster's. */
export const serverlessExceptions: readonly Exception[] = [
  {
    rule: several(`${here}snapshot/\\*`),
    path: /TakeSnapshot\/Role/,
    reason: "Snapshots of Serverless: the ARN ends in an id that AWS chooses.",
  },
];

/** Whether an exception is meant for a finding. */
export const covers =
  ({ rule, path }: Finding) =>
  ({ rule: ruleOf, path: pathOf }: Exception) =>
    ruleOf.test(rule) && pathOf.test(path);

/** What a source adds that has a key, access logs, or buckets that were there before. */
export const sourceExceptions: readonly Exception[] = [
  {
    rule: several(`${here}key/\\*`),
    path: /\/(\w*Role|LakeReader\/Policy)\//,
    reason: "A condition holds it to the key with the source's alias, and to S3: the role is made before the key is.",
  },
  {
    rule: several("arn:<AWS::Partition>:s3:::(theirs|lake)/([a-z-]+/)?\\*"),
    path: /(Role\/DefaultPolicy|LakeReader\/Policy)\/Resource$/,
    reason: "Objects under one prefix of a bucket that was there before, as in those that are made.",
  },
  {
    rule: /^AwsSolutions-S1$/,
    path: /^shop-[a-z0-9]+\/Storage\/AccessLogs\/Bucket\/Resource$/,
    reason: "It is itself the bucket of the logs.",
  },
];
