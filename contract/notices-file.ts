import { z } from "zod";
import { eventNames } from "./events.js";
import { noticeMark } from "./layout.js";
import { readQuiet } from "./quiet-hours.js";

/** What `sluice.yaml` says of notices: who is told of which events, and how. */

const secretArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+-[A-Za-z0-9]{6}$/,
    "a secret is given by its whole ARN, arn:aws:secretsmanager:…:secret:name-AbCdEf",
  );
const topicArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
    "a standard topic is given by its ARN, arn:aws:sns:…:name",
  );

const ways = {
  email: z.email().describe("An e-mail address. SNS asks it once to confirm the subscription."),
  sns: topicArn.describe("The ARN of an existing SNS topic that lets the project's role publish."),
  slack_webhook_secret: secretArn.describe(
    "The ARN of a secret that holds the URL of an incoming webhook of Slack, or of a chat that accepts Slack's format.",
  ),
  url_secret: secretArn.describe("The ARN of a secret that holds a URL. The notice is posted there as JSON."),
};

/** Exactly one of the ways. */
const WayFile = z.strictObject({
  email: ways.email.optional(),
  sns: ways.sns.optional(),
  slack_webhook_secret: ways.slack_webhook_secret.optional(),
  url_secret: ways.url_secret.optional(),
});

export const NoticeFile = z.strictObject({
  on: z
    .array(z.enum(eventNames))
    .min(1)
    .default(["BatchRefused", "BatchFailed", "PartitionOverdue"])
    .describe("Which events. Default: all that need somebody to act."),
  datasets: z.array(z.string()).min(1).optional().describe("Only for these datasets. Default: all."),
  owners: z.array(z.string().min(1)).min(1).optional().describe("Only for datasets with one of these owners."),
  to: WayFile.describe("Exactly one of `email`, `sns`, `slack_webhook_secret` and `url_secret`."),
  quiet: z
    .string()
    .refine(
      (text) => readQuiet(text) !== undefined,
      "quiet hours are two times and a zone, such as '22-07 Europe/Paris' or '19:30-08:00 UTC'",
    )
    .optional()
    .describe(
      "Hours in which nothing is sent, such as `22-07 Europe/Paris`. What was held back is sent as one message afterwards.",
    ),
});
export type NoticeFile = z.output<typeof NoticeFile>;

/** Names a notice, in resources and in what it remembers. Other quiet hours do not make it another notice. */
export const noticeId = ({ on, datasets, owners, to }: NoticeFile) =>
  noticeMark(JSON.stringify([on.toSorted(), datasets?.toSorted() ?? null, owners?.toSorted() ?? null, to]));
