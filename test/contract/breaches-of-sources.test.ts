import { expect, test } from "@jest/globals";
import { describeFinding, readProject } from "../../contract/read.js";
import { soundProject, writeProject } from "./projects.js";

/** What a source's declarations in sluice.yaml may not say. */
test.each<[string, string, string, string, RegExp]>([
  ["names too long for a bucket", "name: shop", "name: shop-of-the-whole-wide-world", "sources.web", /Shorten/],
  [
    "one bucket for landing and processed",
    "landing: create",
    "landing: { existingBucket: theirs }, processed: { existingBucket: theirs }",
    "sources.web.processed",
    /another bucket/,
  ],
  [
    "a key to be made for buckets that are there",
    "landing: create",
    "landing: { existingBucket: theirs }, processed: { existingBucket: lake }, kms: true",
    "sources.web.kms",
    /key's ARN/,
  ],
  [
    "runs that a redrive would not find any more",
    "landing: create",
    "landing: create, retention: { runs: 7d }",
    "sources.web.retention.runs",
    /at least 15d/,
  ],
  [
    "a producer that stands for many",
    "landing: create",
    'landing: create, producers: ["arn:aws:iam::111111111111:role/*"]',
    "sources.web.producers[0]",
    /without wildcards/,
  ],
  [
    "S3's own notification of a bucket of another account",
    "landing: create",
    'landing: { existingBucket: theirs, account: "222222222222" }',
    "sources.web.landing.account",
    /trigger: eventbridge/,
  ],
  [
    "a topic of others for a bucket that is made",
    "landing: create",
    'landing: create, trigger: { topic: "arn:aws:sns:eu-west-1:222222222222:told" }',
    "sources.web.trigger",
    /trigger: queue/,
  ],
  [
    "a queue in another region",
    "landing: create",
    'landing: { existingBucket: theirs }, trigger: { queue: "arn:aws:sqs:us-east-1:222222222222:told" }',
    "sources.web.trigger",
    /queue or topic in eu-west-1/,
  ],
])("%s is found at its place, with what to write instead", (_, from, to, place, remedy) => {
  const changed = soundProject["sluice.yaml"].replace(from, to);
  expect(changed).not.toBe(soundProject["sluice.yaml"]);
  const { findings } = readProject(writeProject({ ...soundProject, "sluice.yaml": changed }));
  const texts = findings.map(describeFinding).filter((text) => text.includes(place));
  expect(texts.join("\n")).toMatch(remedy);
});
