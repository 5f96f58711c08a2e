import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import { projectResource } from "../../contract/layout.js";
import type { Bundle } from "../bundle.js";
import { machineArn, type Names } from "../names.js";
import { WorkFunction } from "./work-function.js";

/** The Data API's event of a statement's end, handed to the task that waits for it. */
export class StatementEvents extends Construct {
  constructor(scope: Construct, id: string, { names, bundle }: { readonly names: Names; readonly bundle: Bundle }) {
    super(scope, id);
    const { function: answer } = new WorkFunction(this, "answer-statement", {
      names,
      bundle,
      handler: "answer-statement",
      functionName: projectResource(names.project, "answer-statement"),
      description: "Tells the waiting task of run-statements that its statement ended.",
      environment: {},
      permissions: [
        {
          actions: ["states:SendTaskSuccess", "states:SendTaskFailure"],
          resources: [machineArn(names, projectResource(names.project, "run-statements"))],
        },
      ],
      timeoutSeconds: 30,
      memoryMegabytes: 256,
    });
    new Rule(this, "StatementEnded", {
      ruleName: projectResource(names.project, "statement-ended"),
      description: "A statement that was sent with WithEvent has ended.",
      eventPattern: {
        source: ["aws.redshift-data"],
        detailType: ["Redshift Data Statement Status Change"],
        detail: { state: ["FINISHED", "FAILED", "ABORTED"] },
      },
      targets: [new LambdaFunction(answer)],
    });
  }
}
