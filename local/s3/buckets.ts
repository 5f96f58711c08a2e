import { AwsError, type Operation, type ResolvedResource, type Shape } from "../call/call.js";
import { isShape, requiredText } from "../call/input.js";
import type { Bucket } from "./bucket.js";
import { checkMembers } from "./members.js";
import { EVENT_BRIDGE } from "./notifications.js";

/** The buckets of the account, by name. */
export class Buckets {
  readonly accountId: string;
  readonly region: string;
  readonly #buckets: ReadonlyMap<string, Bucket>;

  constructor(buckets: readonly Bucket[], accountId: string, region: string) {
    this.accountId = accountId;
    this.region = region;
    this.#buckets = new Map(buckets.map((bucket) => [bucket.settings.name, bucket]));
  }

  all(): readonly Bucket[] {
    return [...this.#buckets.values()];
  }

  find(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  /** The bucket of a call's input. @throws AwsError NoSuchBucket */
  get(input: Shape): Bucket {
    const name = requiredText(input, "Bucket");
    const bucket = this.find(name);
    if (bucket !== undefined) return bucket;
    throw new AwsError("NoSuchBucket", "The specified bucket does not exist", {
      statusCode: 404,
      members: { BucketName: name },
    });
  }
}

export function isVersioned(bucket: ResolvedResource): boolean {
  const configuration = bucket.properties.VersioningConfiguration;
  return isShape(configuration) && configuration.Status === "Enabled";
}

/** What is asked of a bucket as a whole. Its settings come from the template and cannot be changed by calls. */
export function bucketOperations(buckets: Buckets, createdAt: number): Readonly<Record<string, Operation>> {
  const check = (input: Shape) => {
    checkMembers(input, ["Bucket"], buckets.accountId);
    return buckets.get(input);
  };
  return {
    ListBuckets: async () => ({
      Buckets: buckets.all().map(({ settings }) => ({ Name: settings.name, CreationDate: new Date(createdAt) })),
      Owner: { ID: buckets.accountId },
    }),
    HeadBucket: async (input) => {
      check(input);
      return { BucketRegion: buckets.region };
    },
    GetBucketLocation: async (input) => {
      check(input);
      return buckets.region === "us-east-1" ? {} : { LocationConstraint: buckets.region };
    },
    GetBucketVersioning: async (input) => (check(input).settings.isVersioned ? { Status: "Enabled" } : {}),
    GetBucketNotificationConfiguration: async (input) => {
      const { rules } = check(input).settings;
      const own = rules.filter((rule) => rule.target !== EVENT_BRIDGE);
      const describe = (service: string, target: string) =>
        own
          .filter((rule) => rule.target.split(":")[2] === service)
          .map((rule) => ({
            Id: rule.id,
            [target]: rule.target,
            Events: [rule.event],
            Filter: {
              Key: {
                FilterRules: [
                  ...(rule.prefix === "" ? [] : [{ Name: "prefix", Value: rule.prefix }]),
                  ...(rule.suffix === "" ? [] : [{ Name: "suffix", Value: rule.suffix }]),
                ],
              },
            },
          }));
      return {
        ...(own.length === rules.length ? {} : { EventBridgeConfiguration: {} }),
        LambdaFunctionConfigurations: describe("lambda", "LambdaFunctionArn"),
        QueueConfigurations: describe("sqs", "QueueArn"),
        TopicConfigurations: describe("sns", "TopicArn"),
      };
    },
  };
}
