import { Duration } from "aws-cdk-lib";
import { EventField, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import type { Contract } from "../../contract/contract.js";
import { type EventName, eventSource } from "../../contract/events.js";
import type { Notice } from "../../contract/notice.js";
import { type NoticeFile, noticeId } from "../../contract/notices-file.js";
import { awsSuffix } from "../../contract/partition-of-aws.js";
import { quietEnd, readQuiet } from "../../contract/quiet-hours.js";
import { arn, type Names } from "../names.js";
import { noticeTopicName } from "./notice-topics.js";
import type { Permission } from "./role.js";
import { Clock, plannedTime } from "./schedule.js";
import type { SchedulesProps } from "./schedules.js";
import { WorkFunction } from "./work-function.js";

export interface NoticesProps extends Pick<SchedulesProps, "names" | "bundle" | "processed"> {
  readonly notices: readonly CompiledNotice[];
}

/** A notice as one source has it. */
export type CompiledNotice = Omit<Notice, "datasets"> & { readonly datasets: readonly string[] | null };

/** The notices that concern a source: those of all datasets, or of one of its own. */
export function noticesOf(
  names: Names,
  notices: readonly NoticeFile[],
  contracts: readonly Contract[],
): readonly CompiledNotice[] {
  return notices.flatMap((notice) => {
    const { datasets, owners, on, to, quiet } = notice;
    const concerned = contracts
      .filter(
        ({ dataset, owner }) =>
          (datasets ?? [dataset]).includes(dataset) &&
          (owners === undefined || (owner !== null && owners.includes(owner))),
      )
      .map(({ dataset }) => dataset);
    const isAll = datasets === undefined && owners === undefined;
    if (!isAll && concerned.length === 0) return [];
    return [
      {
        id: noticeId(notice),
        on,
        datasets: isAll ? null : concerned,
        to: wayOf(names, to),
        quiet: (quiet === undefined ? undefined : readQuiet(quiet)) ?? null,
      },
    ];
  });
}

function wayOf(names: Names, { email, sns, slack_webhook_secret, url_secret }: NoticeFile["to"]): Notice["to"] {
  if (slack_webhook_secret !== undefined) return { way: "slack", secretArn: slack_webhook_secret };
  if (url_secret !== undefined) return { way: "url", secretArn: url_secret };
  return { way: "topic", topic: sns ?? noticeTopicName(names, email ?? "") };
}

/** Events that are asked for, and those that say that an incident is over. */
const heard = (on: readonly EventName[]): EventName[] => [
  ...new Set([
    ...on,
    ...(on.some((name) => name === "BatchRefused" || name === "BatchFailed") ? (["BatchLoaded"] as const) : []),
  ]),
];

/**
 * Tells people, and chats, of events. Each notice has a rule of its own, so that a webhook which is broken is tried again by
 * itself and nobody else is told twice.
 */
export class Notices extends Construct {
  constructor(scope: Construct, id: string, { names, bundle, processed, notices }: NoticesProps) {
    super(scope, id);
    const functionName = names.of("send-notices");
    const keys = processed.keys("notices/*");
    const { function: sendNotices } = new WorkFunction(this, "send-notices", {
      names,
      bundle,
      handler: "send-notices",
      functionName,
      description: "Tells of an incident once, and once when it is repaired.",
      environment: { PROCESSED_BUCKET: processed.name, TOPICS: arn(names, "sns", "") },
      permissions: [
        { actions: ["s3:ListBucket"], resources: [processed.arn] },
        { actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], resources: [keys] },
        ...processed.decrypting,
        ...processed.encrypting,
        ...waysPermissions(names, notices),
      ],
      timeoutSeconds: 60,
      memoryMegabytes: 256,
      bundled: { files: { "notices.json": `${JSON.stringify(notices, null, 2)}\n` } },
      keepsFailedEvents: true,
    });
    for (const { id: notice, on } of notices) {
      new Rule(this, `Rule${notice}`, {
        ruleName: names.of(`notice-${notice}`),
        description: `Events of the notice ${notice}.`,
        eventPattern: {
          source: [eventSource(names.project)],
          detailType: heard(on),
          detail: { source: [names.source] },
        },
        targets: [
          new LambdaFunction(sendNotices, {
            event: RuleTargetInput.fromObject({
              notice,
              id: EventField.eventId,
              event: { type: EventField.detailType, detail: EventField.fromPath("$.detail") },
            }),
          }),
        ],
      });
    }
    this.#quietHours(names, functionName, notices);
  }

  #quietHours(names: SchedulesProps["names"], functionName: string, notices: NoticesProps["notices"]): void {
    const quiet = notices.flatMap((notice) => (notice.quiet === null ? [] : [{ id: notice.id, hours: notice.quiet }]));
    if (quiet.length === 0) return;
    const clock = new Clock(this, "Clock", {
      names,
      functionName,
      description: "Schedule: send what quiet hours held back.",
    });
    for (const { id: notice, hours } of quiet) {
      clock.add(`QuietEnd${notice}`, {
        name: `quiet-end-${notice}`,
        description: `Sends what the quiet hours of the notice ${notice} held back.`,
        expression: quietEnd(hours),
        timezone: hours.zone,
        input: { notice, scheduledTime: plannedTime },
        maximumAge: Duration.hours(12),
      });
    }
  }
}

const topicArnOf = (names: Names, topic: string) => (topic.startsWith("arn:") ? topic : arn(names, "sns", topic));

/** Publishing to the topics that are named, reading the secrets that are, and nothing else. */
function waysPermissions(names: Names, notices: readonly CompiledNotice[]): readonly Permission[] {
  const topics = notices.flatMap(({ to }) => (to.way === "topic" ? [topicArnOf(names, to.topic)] : []));
  const secrets = notices.flatMap(({ to }) => (to.way === "topic" ? [] : [to.secretArn]));
  return [
    ...(topics.length === 0 ? [] : [{ actions: ["sns:Publish"], resources: [...new Set(topics)] }]),
    ...(secrets.length === 0
      ? []
      : [
          { actions: ["secretsmanager:GetSecretValue"], resources: [...new Set(secrets)] },
          {
            actions: ["kms:Decrypt"],
            resources: [arn(names, "kms", "key/*")],
            conditions: {
              StringEquals: {
                "kms:ViaService": `secretsmanager.${names.region}.${awsSuffix(names.region)}`,
                "kms:EncryptionContext:SecretARN": [...new Set(secrets)],
              },
            },
          },
        ]),
  ];
}
