import { Stack } from "aws-cdk-lib";
import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import { noticeMark, projectResource } from "../../contract/layout.js";
import type { NoticeFile } from "../../contract/notices-file.js";
import { expect } from "../expected.js";
import type { Names } from "../names.js";

/** The name of the topic of an address. */
export const noticeTopicName = (names: Names, email: string) =>
  projectResource(names.project, `notices-${noticeMark(email)}`);

/** A topic for each address that notices go to; and what notices expect to be there. */
export class NoticeTopics extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { names, notices }: { readonly names: Names; readonly notices: readonly NoticeFile[] },
  ) {
    super(scope, id);
    const emails = new Set(notices.flatMap(({ to }) => to.email ?? []));
    for (const email of emails) this.#topic(names, email);
    const stack = Stack.of(this);
    for (const { sns, slack_webhook_secret, url_secret } of notices.map(({ to }) => to)) {
      const secret = slack_webhook_secret ?? url_secret;
      if (sns !== undefined) {
        const TopicName = sns.split(":").at(-1) ?? sns;
        expect(stack, {
          [`NoticeTopic${noticeMark(sns)}`]: { Type: "AWS::SNS::Topic", Ref: sns, Properties: { TopicName } },
        });
      }
      if (secret !== undefined) {
        expect(stack, {
          [`NoticeSecret${noticeMark(secret)}`]: {
            Type: "AWS::SecretsManager::Secret",
            Ref: secret,
            Properties: { Name: secret },
          },
        });
      }
    }
  }

  #topic(names: Names, email: string): void {
    const topic = new Topic(this, `Topic${noticeMark(email)}`, { topicName: noticeTopicName(names, email) });
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
    topic.addSubscription(new EmailSubscription(email));
  }
}
