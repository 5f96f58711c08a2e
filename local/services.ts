import { resolve } from "node:path";
import type { Account, Asset, ServiceBody, ServiceName } from "./call/call.js";
import { createEventsService, type EventsService } from "./eventbridge/service.js";
import { createGlueService, type GlueOptions, type GlueService } from "./glue/service.js";
import { createLambdaService, type LambdaService } from "./lambda/service.js";
import { createRedshiftServices, type RedshiftOptions, type RedshiftServices } from "./redshift/service.js";
import { createS3Service, type S3Service } from "./s3/service.js";
import { createSchedulerService } from "./scheduler/service.js";
import { createSecretsService } from "./secrets-manager/service.js";
import { createSnsService, type SnsService } from "./sns/service.js";
import { createSqsService } from "./sqs/service.js";
import { createStatesService } from "./step-functions/service.js";
import { createStsService } from "./sts/service.js";

export interface Services {
  /** In the order in which they start; those that call others come after them. */
  readonly bodies: readonly ServiceBody[];
  readonly s3: S3Service;
  readonly events: EventsService;
  readonly glue: GlueService;
  readonly redshift: RedshiftServices;
  readonly sns: SnsService;
  readonly lambda: LambdaService;
  /** Waits until every notification, event and asynchronous invocation that is due has been delivered. */
  settled(): Promise<void>;
}

/** Makes the body of every service. @throws Error that names the resource that cannot be given one. */
export function createServices(
  account: Account,
  assets: ReadonlyMap<string, Asset>,
  options: {
    readonly redshift?: RedshiftOptions;
    readonly glue?: GlueOptions;
    readonly python?: string;
    readonly existingBuckets?: readonly string[];
  } = {},
): Services {
  const s3 = createS3Service(account, assets, options.existingBuckets);
  const events = createEventsService(account);
  const glue = createGlueService(account, { python: options.python, ...options.glue });
  const redshift = createRedshiftServices(account, options.redshift);
  const sns = createSnsService(account);
  const sqs = createSqsService(account);
  const lambda = createLambdaService(account, sqs, options.python && resolve(options.python));
  const scheduler = createSchedulerService(account);
  const bodies = [
    createStsService(account),
    createSecretsService(account),
    sqs,
    sns,
    s3,
    glue,
    redshift.redshift,
    redshift.serverless,
    redshift.dataApi,
    lambda,
    createStatesService(account),
    events,
    scheduler,
  ];
  const settled = async () => {
    do {
      await scheduler.settled();
      await s3.settled();
      await sns.settled();
      await events.settled();
      await lambda.settled();
    } while (scheduler.isBusy() || s3.isBusy() || sns.isBusy() || events.isBusy() || lambda.isBusy());
  };
  return { bodies, s3, events, glue, redshift, sns, lambda, settled };
}

/** Who works for others stops first, who is told of things last. */
const STOP_ORDER: readonly ServiceName[] = [
  "scheduler",
  "states",
  "lambda",
  "glue",
  "redshift-data",
  "redshift",
  "redshift-serverless",
  "s3",
  "events",
];

export function inStopOrder(bodies: readonly ServiceBody[]): readonly ServiceBody[] {
  const rank = ({ service }: ServiceBody) => {
    const place = STOP_ORDER.indexOf(service);
    return place < 0 ? STOP_ORDER.length : place;
  };
  return [...bodies].sort((a, b) => rank(a) - rank(b));
}
