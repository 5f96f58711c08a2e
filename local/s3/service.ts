import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import {
  type Account,
  type Asset,
  AwsError,
  type Call,
  type ResolvedResource,
  type ServiceBody,
} from "../call/call.js";
import { DeliveryQueue, type Outcome } from "../persistence/delivery-queue.js";
import { Bucket } from "./bucket.js";
import { Buckets, bucketOperations, isVersioned } from "./buckets.js";
import { digestFile } from "./checksums.js";
import { listings } from "./listing.js";
import { multipartOperations } from "./multipart.js";
import { notificationOperations, readNotificationRules } from "./notification-configuration.js";
import { EVENT_BRIDGE, notificationRules } from "./notifications.js";
import { objectReads } from "./object-reads.js";
import { objectWrites } from "./object-writes.js";

const Told = z.object({
  bucket: z.string(),
  /** The bucket's own; absent where an older account wrote it down. */
  accountId: z.string().optional(),
  target: z.string(),
  payload: z.string(),
});
type Told = z.infer<typeof Told>;

const BridgeEvent = z.object({
  "detail-type": z.string(),
  resources: z.array(z.string()),
  detail: z.record(z.string(), z.unknown()),
});

export interface S3Service extends ServiceBody {
  /** A path in the bucket where HTTP may put a body as it comes in; undefined when there is no such bucket. */
  stagingFile(bucket: string): string | undefined;
  /** Waits until every notification that is due has been handed on. */
  settled(): Promise<void>;
  isBusy(): boolean;
}

const LEAST_WAIT_MS = 1000;
const MOST_WAIT_MS = 300_000;

/**
 * S3: the buckets of the templates, the CDK's asset bucket with the assets that are single files, and buckets that were
 * there before, as S3 makes them when nobody asks for more: without versions, policy and notifications.
 */
export function createS3Service(
  account: Account,
  assets: ReadonlyMap<string, Asset>,
  existing: readonly string[] = [],
): S3Service {
  const folder = join(account.stateFolder, "s3");
  const queue = new DeliveryQueue<Told>({
    path: join(folder, ".notifications.jsonl"),
    clock: account.clock,
    parse: Told.parse,
    deliver: ({ item, attempts }) => deliver(account, item, attempts),
  });
  const open = (
    name: string,
    versioned: boolean,
    rules: Bucket["settings"]["rules"],
    { isExisting = false, accountId = account.accountId } = {},
  ) =>
    new Bucket(
      join(folder, name),
      { name, region: account.region, accountId, isVersioned: versioned, isExisting, rules },
      account.clock,
      (notifications) => {
        for (const { id, target, payload } of notifications)
          queue.push({ bucket: name, accountId, target, payload }, id);
      },
    );
  const ofTemplate = account.resourcesOf("AWS::S3::Bucket").map((resource) => {
    const { accountId = account.accountId } = resource;
    refuseUnknownTargets(account, resource);
    return open(resource.ref, isVersioned(resource), notificationRules(resource), { accountId });
  });
  const before = [...new Set(existing)].map((name) =>
    open(name, false, readNotificationRules(join(folder, name)), { isExisting: true }),
  );
  const known = new Set([...ofTemplate, ...before].map((bucket) => bucket.settings.name));
  const assetBuckets = [...new Set([...assets.keys()].map((place) => place.slice(0, place.indexOf("/"))))]
    .filter((name) => !known.has(name))
    .map((name) => open(name, false, []));
  const buckets = new Buckets([...ofTemplate, ...before, ...assetBuckets], account.accountId, account.region);
  for (const bucket of buckets.all()) sweep(bucket);
  return {
    service: "s3",
    operations: {
      ...bucketOperations(buckets, account.clock.now()),
      ...notificationOperations(buckets, account),
      ...objectWrites(buckets),
      ...objectReads(buckets),
      ...listings(buckets),
      ...multipartOperations(buckets, account.clock),
    },
    stagingFile: (name) => buckets.find(name)?.temporaryFile(),
    settled: () => queue.settled(),
    isBusy: () => queue.isBusy(),
    async start() {
      await publishAssets(buckets, assets);
      queue.start();
    },
    async stop() {
      await queue.stop();
      for (const bucket of buckets.all()) bucket.index.close();
    },
  };
}

/** Hands a notification to Lambda's own queue (F1.1: at least once), to a queue or topic, or to EventBridge. */
async function deliver(account: Account, told: Told, attempts: number): Promise<Outcome> {
  const { accountId = account.accountId } = told;
  const principal = {
    arn: "s3.amazonaws.com",
    accountId,
    kind: "service" as const,
    sourceArn: `arn:${account.partition}:s3:::${told.bucket}`,
  };
  try {
    if (told.target === EVENT_BRIDGE) {
      const event = BridgeEvent.parse(JSON.parse(told.payload));
      await account.emit({
        source: "aws.s3",
        detailType: event["detail-type"],
        detail: event.detail,
        resources: event.resources,
        account: accountId,
      });
    } else {
      await account.call({ ...callOf(account, told), principal });
    }
    return { outcome: "done" };
  } catch (error) {
    const isGone = error instanceof AwsError && error.name === "ResourceNotFoundException";
    if (attempts === 0)
      account.report?.(`s3: the notification of ${told.bucket} to ${told.target} is refused: ${String(error)}`);
    const waitMs = Math.min(MOST_WAIT_MS, LEAST_WAIT_MS * 2 ** Math.min(attempts, 10));
    return isGone ? { outcome: "done" } : { outcome: "later", waitMs, countsAsAttempt: true };
  }
}

/** S3 tries each queue and topic before it takes the configuration. @throws Error that names the bucket */
function refuseUnknownTargets(account: Account, bucket: ResolvedResource): void {
  const known = [...account.resourcesOf("AWS::SQS::Queue"), ...account.resourcesOf("AWS::SNS::Topic")].map(
    ({ attributes }) => attributes.Arn ?? attributes.TopicArn,
  );
  for (const { target } of notificationRules(bucket)) {
    if (!/:(sqs|sns):/.test(target) || known.includes(target)) continue;
    throw new Error(
      `${bucket.stack}.${bucket.logicalId}.NotificationConfiguration: Unable to validate the following destination configurations: ${target}`,
    );
  }
}

function callOf(account: Account, { target, payload }: Told): Omit<Call, "principal"> {
  const [, , service, , owner, name] = target.split(":");
  switch (service) {
    case "sqs": {
      const input = { QueueUrl: `${account.endpoint}/${owner}/${name}`, MessageBody: payload };
      return { service, operation: "SendMessage", input };
    }
    case "sns":
      return {
        service,
        operation: "Publish",
        input: { TopicArn: target, Subject: "Amazon S3 Notification", Message: payload },
      };
    default: {
      const input = { FunctionName: target, InvocationType: "Event", Payload: Buffer.from(payload) };
      return { service: "lambda", operation: "Invoke", input };
    }
  }
}

/** Single-file assets are objects, as on AWS after a deploy: Glue scripts, state machine definitions. */
async function publishAssets(buckets: Buckets, assets: ReadonlyMap<string, Asset>): Promise<void> {
  for (const [place, asset] of assets) {
    if (asset.packaging !== "file") continue;
    const bucket = buckets.find(place.slice(0, place.indexOf("/")));
    const key = place.slice(place.indexOf("/") + 1);
    if (bucket === undefined || bucket.index.current(key) !== undefined || !existsSync(asset.path)) continue;
    if (!statSync(asset.path).isFile()) continue;
    const digests = await digestFile(asset.path, {});
    const object = {
      key,
      digests,
      headers: {},
      metadata: {},
      partSizes: null,
      etag: digests.md5,
      event: "ObjectCreated:Put",
    };
    await bucket.add({ path: asset.path, move: false }, object);
  }
}

/** Bytes whose writer was killed belong to nobody. */
function sweep(bucket: Bucket): void {
  for (const name of readdirSync(bucket.uploads)) {
    if (name.endsWith(".tmp")) rmSync(join(bucket.uploads, name), { force: true });
  }
}
