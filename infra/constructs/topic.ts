import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";

/** A topic that takes nothing but TLS, and sends what it takes to an address. */
export function topicFor(email: string | undefined, scope: Construct, id: string, topicName: string): Topic {
  const topic = new Topic(scope, id, { topicName });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: "TlsOnly",
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { Bool: { "aws:SecureTransport": "false" } },
    }),
  );
  if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
  return topic;
}
