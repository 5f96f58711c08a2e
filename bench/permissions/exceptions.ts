/** What a policy grants that no run on a local account can show, with the fact that asks for it. */
export interface Exception {
  readonly what: string;
  readonly why: string;
  /** `<role> <action>` */
  readonly matches: (grant: string) => boolean;
}

/** More would be policies that nobody understands. */
export const mostExceptions = 25;

const listed = (roles: RegExp, actions: RegExp, why: string): Exception => ({
  what: `${roles.source} ${actions.source}`,
  why,
  matches(grant) {
    const [role = "", action = ""] = grant.split(" ");
    return roles.test(role) && actions.test(action);
  },
});

const machines =
  /-(load-partition|convert-partition|update-catalogue|scheduled-load|run-statements|take-snapshot)-role$/;
const parents = /-(load-partition|scheduled-load)-role$/;
const functions =
  /-(start-load|find-quiet-partitions|validate-manifest|check-report|publish-parquet|convert-batch|plan-load|record-refusal|start-scheduled-load|list-due-partitions|watch-overdue|send-alert|send-events|send-notices|count-batch-checks|answer-statement)-role$/;
const job = /-glue-job-role$/;
const crawler = /-crawler-role$/;
const spectrum = /-spectrum-role$/;

export const exceptions: readonly Exception[] = [
  listed(/-copy-role$/, /^s3:ListBucket$/, "COPY asks for LIST beside GET (C1.9)"),
  listed(
    functions,
    /^logs:(CreateLogStream|PutLogEvents)$/,
    "Lambda writes logs as the function's role; the local account keeps them in files",
  ),
  listed(functions, /^xray:/, "tracing; there is no X-Ray in the local account"),
  listed(
    functions,
    /^sqs:SendMessage$/,
    "Lambda puts an event that failed thrice into the dead-letter queue as the function's role",
  ),
  listed(machines, /^logs:/, "log delivery of a state machine knows no resources (A10.2)"),
  listed(machines, /^xray:/, "tracing of a state machine (A10.4)"),
  listed(
    parents,
    /^events:(PutTargets|PutRule|DescribeRule)$/,
    "the managed rule by which startExecution.sync:2 learns of ends (A8.8)",
  ),
  listed(
    /-scheduled-load-role$/,
    /^states:StopExecution$/,
    "a stopped scheduled run stops the load under it, as load-partition's children are (A8.8)",
  ),
  listed(
    /-schedule-role$/,
    /^sqs:SendMessage$/,
    "EventBridge Scheduler puts calls that failed into the queue as the schedule's role (G6)",
  ),
  listed(/-convert-partition-role$/, /^glue:GetJobRuns$/, "part of AWS's own policy for startJobRun.sync"),
  listed(
    job,
    /^s3:(PutObject|DeleteObject|AbortMultipartUpload|ListBucket)$/,
    "Spark's committer and boto3's large uploads, for which a job without Spark stands in here",
  ),
  listed(
    /-convert-batch-role$/,
    /^s3:ListBucket$/,
    "without it S3 answers 403, and not 404, for a version that went after the validation",
  ),
  listed(job, /^logs:/, "Glue writes the job's logs as the job's role"),
  listed(job, /^cloudwatch:PutMetricData$/, "Glue's own metrics of the job"),
  listed(crawler, /^logs:/, "Glue writes the crawler's logs as its role"),
  listed(
    crawler,
    /^glue:(GetDatabase|GetTable|GetPartition|CreatePartition|UpdatePartition|BatchGetPartition|BatchUpdatePartition)$/,
    "calls of a crawler beside those that the local one makes (AWSGlueServiceRole)",
  ),
  listed(spectrum, /^(glue|s3):/, "Spectrum reads the lake as this role; the local cluster has no Spectrum"),
  listed(
    /^person-(deployer|ci)$/,
    /^(cloudformation:GetTemplate|sts:AssumeRole)$/,
    "the local account has no CloudFormation, and nobody assumes the roles of the CDK's bootstrap there",
  ),
  listed(/FlowLog/, /^logs:/, "VPC flow logs"),
];
