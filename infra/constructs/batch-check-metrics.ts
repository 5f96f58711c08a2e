import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import type { Contract } from "../../contract/contract.js";
import type { Bundle } from "../bundle.js";
import { machineArn, type SourceNames } from "../names.js";
import { contractsFile } from "./contracts-file.js";
import { WorkFunction } from "./work-function.js";

export interface BatchCheckMetricsProps {
  readonly names: SourceNames;
  readonly bundle: Bundle;
  readonly contracts: readonly Contract[];
}

/** Counts what the checks of batches found, after the fact: nothing of it can fail a load. */
export class BatchCheckMetrics extends Construct {
  constructor(scope: Construct, id: string, { names, bundle, contracts }: BatchCheckMetricsProps) {
    super(scope, id);
    const { function: count } = new WorkFunction(this, "count-batch-checks", {
      names,
      bundle,
      handler: "count-batch-checks",
      functionName: names.of("count-batch-checks"),
      description: "Counts how the checks of each batch ended.",
      environment: { CONTRACTS: "contracts.json" },
      permissions: [],
      timeoutSeconds: 30,
      memoryMegabytes: 256,
      bundled: { files: contractsFile(contracts.filter(hasBatchChecks)) },
      keepsFailedEvents: true,
    });
    new Rule(this, "LoadEnded", {
      ruleName: names.of("checked-load-ended"),
      description: "A load ended, or was refused: the checks of its batch may have been asked.",
      eventPattern: {
        source: ["aws.states"],
        detailType: ["Step Functions Execution Status Change"],
        detail: {
          status: ["SUCCEEDED", "FAILED"],
          stateMachineArn: [machineArn(names, names.of("load-partition"))],
        },
      },
      targets: [new LambdaFunction(count)],
    });
  }
}

export const hasBatchChecks = ({ batch_checks }: Pick<Contract, "batch_checks">): boolean => batch_checks.length > 0;
