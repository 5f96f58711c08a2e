import { Stack } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { projectResource, sourceResource } from "../../contract/layout.js";
import type { Bundle } from "../bundle.js";
import { arn, machineArn, type Names, topicArn } from "../names.js";
import { topicFor } from "./topic.js";
import { WorkFunction } from "./work-function.js";

export interface AlertsProps {
  readonly names: Names;
  readonly bundle: Bundle;
  readonly sources: readonly string[];
  readonly email: string | undefined;
}

/** EventBridge takes a pattern of 2,048 characters; the ARNs of a source's two machines have up to 210. */
const sourcesOfRule = 8;

/** One message to people for every load that did not succeed. */
export class Alerts extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { names, bundle, sources, email }: AlertsProps) {
    super(scope, id);
    const topic = topicFor(email, this, "Topic", projectResource(names.project, "alerts"));
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "AlarmsSpeak",
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: {
          StringEquals: { "aws:SourceAccount": Stack.of(this).account },
          ArnLike: { "aws:SourceArn": arn(names, "cloudwatch", `alarm:${names.project}-*`) },
        },
      }),
    );
    this.topic = topic;
    const { function: sendAlert } = new WorkFunction(this, "send-alert", {
      names,
      bundle,
      handler: "send-alert",
      functionName: projectResource(names.project, "send-alert"),
      description: "Says what did not load, why, and what to do.",
      environment: { TOPIC_ARN: topic.topicArn },
      permissions: [{ actions: ["sns:Publish"], resources: [topicArn(names)] }],
      timeoutSeconds: 30,
      memoryMegabytes: 256,
      keepsFailedEvents: true,
    });
    for (let first = 0; first < sources.length; first += sourcesOfRule) {
      const number = first === 0 ? "" : String(first / sourcesOfRule + 1);
      new Rule(this, `LoadEnded${number}`, {
        ruleName: projectResource(names.project, `load-ended-badly${number === "" ? "" : `-${number}`}`),
        description: "A load was refused, failed, timed out or was stopped.",
        eventPattern: {
          source: ["aws.states"],
          detailType: ["Step Functions Execution Status Change"],
          detail: {
            status: ["FAILED", "TIMED_OUT", "ABORTED"],
            stateMachineArn: sources
              .slice(first, first + sourcesOfRule)
              .flatMap((source) =>
                ["load-partition", "scheduled-load"].map((machine) =>
                  machineArn(names, sourceResource(names.project, source, machine)),
                ),
              ),
          },
        },
        targets: [new LambdaFunction(sendAlert)],
      });
    }
  }
}
