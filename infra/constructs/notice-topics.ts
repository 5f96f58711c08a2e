import { Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import { noticeMark, projectResource } from "../../contract/layout.js";
import type { NoticeFile } from "../../contract/notices-file.js";
import { expect } from "../expected.js";
import type { Names } from "../names.js";
import { topicFor } from "./topic.js";

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
    for (const email of emails) topicFor(email, this, `Topic${noticeMark(email)}`, noticeTopicName(names, email));
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
}
