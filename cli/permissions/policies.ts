import { glueDatabase, pausedFolder } from "../../contract/layout.js";
import { isServerless } from "../../contract/warehouse-file.js";
import { allow, type PolicyStatement, type Scope } from "./scope.js";

/** Who works with a project, beside its own roles. */
export const people = ["deployer", "operator", "reader", "ci"] as const;
export type Person = (typeof people)[number];

export interface Policy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/**
 * What a person's or a pipeline's commands ask for, and nothing more: each action was seen to be needed
 * (`npm run permissions -- --only people`), or is listed there with the reason why a local account cannot show it.
 */
export const policyOf = (person: Person, scope: Scope): Policy => ({
  Version: "2012-10-17",
  Statement: statementsOf[person](scope).filter(({ Resource }) => Resource.length > 0),
});

const statementsOf: Readonly<Record<Person, (scope: Scope) => readonly PolicyStatement[]>> = {
  deployer: deployerStatements,
  operator: operatorStatements,
  reader: (scope) => [...readerStatements(scope), ...scope.bucketKeys("kms:Decrypt")],
  ci: ciStatements,
};

/** Every command finds the deployment by its state machines. The call knows no resources. */
const findDeployment = allow("FindTheDeployment", ["states:ListStateMachines"], ["*"]);

/** status, history, show, rejects, console. Of what runs leave not the Parquet: its rows are nobody's but the warehouse's readers'. */
function readerStatements(scope: Scope): readonly PolicyStatement[] {
  const machines = ["load-partition", "convert-partition", "update-catalogue"];
  return [
    findDeployment,
    allow("ListLoads", ["states:ListExecutions"], scope.machines("load-partition")),
    allow(
      "ReadLoads",
      ["states:DescribeExecution", "states:GetExecutionHistory", "states:DescribeStateMachineForExecution"],
      [...scope.executions(...machines), scope.runStatements("execution")],
    ),
    allow(
      "ReadRunsAndRejects",
      ["s3:GetObject"],
      scope.keys(
        scope.buckets("processed"),
        "runs/*.json",
        "rejected/*",
        "manifests/*",
        "overdue/*",
        `${pausedFolder}*`,
      ),
    ),
    allow("ListBuckets", ["s3:ListBucket"], [...scope.buckets("processed"), ...scope.buckets("landing")]),
    allow("ReadJobRuns", ["glue:GetJobRun"], scope.jobs()),
    ...scope.ownKey(),
  ];
}

const isScheduled = ({ contracts }: Scope) => contracts.some(({ schedule }) => schedule !== null);

/** The reader's, and land, load, rerun, replay, backfill, rollback, query, pause, resume. */
function operatorStatements(scope: Scope): readonly PolicyStatement[] {
  return [
    ...readerStatements(scope),
    allow(
      "StartLoads",
      ["states:StartExecution"],
      [...scope.machines("load-partition"), scope.runStatements("stateMachine")],
    ),
    allow("RedriveLoads", ["states:RedriveExecution"], scope.executions("load-partition")),
    allow("SeeWhatChangedSince", ["lambda:GetFunctionConfiguration"], scope.functions("plan-load")),
    allow(
      "PauseSchedules",
      ["s3:PutObject", "s3:DeleteObject"],
      isScheduled(scope) ? scope.keys(scope.buckets("processed"), `${pausedFolder}*`) : [],
    ),
    allow("Land", ["s3:PutObject"], scope.keys(scope.buckets("landing"), "*")),
    allow("ReadWhatLanded", ["s3:GetObject", "s3:GetObjectVersion"], scope.keys(scope.buckets("landing"), "*")),
    allow("QueryAsTheReader", ["secretsmanager:GetSecretValue"], [scope.secret("reader")]),
    ...statements(scope),
    ...scope.bucketKeys("kms:Decrypt", "kms:GenerateDataKey"),
  ];
}

/** The Data API; only submitting knows a resource (B6.7). */
const statements = (scope: Scope): readonly PolicyStatement[] => [
  allow("SubmitStatements", ["redshift-data:ExecuteStatement"], [scope.warehouse()]),
  allow("ReadTheirResults", ["redshift-data:DescribeStatement", "redshift-data:GetStatementResult"], ["*"]),
];

/** check --against deployed, diff; test needs no account. */
function ciStatements(scope: Scope): readonly PolicyStatement[] {
  return [
    findDeployment,
    allow("ListLoads", ["states:ListExecutions"], scope.machines("load-partition")),
    allow("ReadLoads", ["states:DescribeExecution"], scope.executions("load-partition")),
    allow(
      "ReadPinnedContracts",
      ["s3:GetObject"],
      scope.keys(scope.buckets("processed"), "runs/*/contract.json", "runs/*/report.json"),
    ),
    allow("ListBuckets", ["s3:ListBucket"], scope.buckets("processed")),
    allow("ReadTemplates", ["cloudformation:GetTemplate"], scope.stacks()),
    allow("LookUp", ["sts:AssumeRole"], scope.bootstrapRoles("lookup")),
    ...scope.ownKey(),
    ...scope.bucketKeys("kms:Decrypt"),
  ];
}

/** diff, deploy and bootstrap; destroy is left to administrators. */
function deployerStatements(scope: Scope): readonly PolicyStatement[] {
  const { project, contracts } = scope;
  const glue = [
    scope.arn("glue", "catalog"),
    ...scope.sources.flatMap((source) => {
      const database = glueDatabase(project, source);
      return [scope.arn("glue", `database/${database}`), scope.arn("glue", `table/${database}/*`)];
    }),
  ];
  const registers = contracts.some(({ catalogue }) => catalogue === "partition");
  const crawls = contracts.some(({ catalogue }) => catalogue === "crawler");
  return [
    allow("ReadTemplates", ["cloudformation:GetTemplate"], scope.stacks()),
    allow("DeployByTheBootstrapRoles", ["sts:AssumeRole"], scope.bootstrapRoles("deploy", "file-publishing", "lookup")),
    findDeployment,
    allow(
      "ReadUsersPasswords",
      ["secretsmanager:GetSecretValue"],
      [scope.secret("loader"), scope.secret("reader"), scope.adminSecret()],
    ),
    ...statements(scope),
    ...snapshotStatements(scope),
    allow(
      "SetNotifications",
      ["s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:GetBucketNotification", "s3:PutBucketNotification"],
      scope.existingLanding(),
    ),
    allow("ReadTables", ["glue:GetTable"], glue),
    allow("TakeTablesOver", ["glue:DeleteTable"], registers ? glue : []),
    allow(
      "RegisterPartitions",
      ["glue:GetPartitions", "glue:BatchCreatePartition", "glue:BatchUpdatePartition"],
      registers ? glue : [],
    ),
    allow(
      "WaitForCrawlers",
      ["glue:GetCrawler", "glue:StartCrawler"],
      crawls ? scope.sources.map((source) => scope.arn("glue", `crawler/${project.name}-${source}`)) : [],
    ),
    allow("ListWhatIsPublished", ["s3:ListBucket"], scope.buckets("processed")),
    ...scope.ownKey(),
  ];
}

/** A schedule of snapshots and the cluster that it is given to; looking at them knows no resources. */
function snapshotStatements(scope: Scope): readonly PolicyStatement[] {
  const isMade = hasSnapshotSchedule(scope);
  const { warehouse } = scope.project;
  const change = ["redshift:CreateSnapshotSchedule", "redshift:ModifySnapshotSchedule"];
  return [
    allow("FindTheCluster", ["redshift:DescribeClusters"], isMade ? ["*"] : []),
    allow(
      "FindTheNamespace",
      ["redshift-serverless:GetNamespace"],
      "create" in warehouse && isServerless(warehouse.create) ? [scope.arn("redshift-serverless", "namespace/*")] : [],
    ),
    allow("FindTheSnapshotSchedule", ["redshift:DescribeSnapshotSchedules"], isMade ? ["*"] : []),
    allow("SetTheSnapshotSchedule", change, isMade ? [scope.snapshotSchedule()] : []),
    allow("GiveTheClusterItsSchedule", ["redshift:ModifyClusterSnapshotSchedule"], isMade ? [scope.warehouse()] : []),
  ];
}

function hasSnapshotSchedule({ project: { warehouse } }: Scope): boolean {
  if ("create" in warehouse) return !isServerless(warehouse.create);
  return "snapshotSchedule" in warehouse.existing && warehouse.existing.snapshotSchedule !== undefined;
}
