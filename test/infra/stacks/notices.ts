import { describe, expect, test } from "@jest/globals";
import { soundProject } from "../../contract/projects.js";
import { resourcesOf, templatesOf } from "../synthesized.js";

/** What people are told of: its rules, function, topics and permissions. */

const dataset = (source: string) =>
  soundProject["datasets/orders.yaml"]
    .replace("dataset: orders", `dataset: ${source}_0`)
    .replace("source: web", `source: ${source}`)
    .replace("shop.orders", `shop.${source}_0`);
const secret = (name: string) => `arn:aws:secretsmanager:eu-west-1:111111111111:secret:${name}-AbCdEf`;
/** By each way; the last concerns one source alone. */
const notices = `notices:
  - { to: { email: data@example.com }, quiet: 22-07 Europe/Paris }
  - { on: [BatchLoaded, SchemaChanged], to: { sns: "arn:aws:sns:eu-west-1:111111111111:theirs" } }
  - { to: { slack_webhook_secret: "${secret("chat")}" } }
  - { datasets: [s0_0], to: { url_secret: "${secret("pager")}" } }
`;
const noticed = templatesOf({
  "sluice.yaml": `${soundProject["sluice.yaml"].replace("  web: { landing: create }", "  s0: {}\n  s1: {}")}${notices}`,
  "datasets/s0_0.yaml": dataset("s0"),
  "datasets/s1_0.yaml": dataset("s1"),
});

describe("notices", () => {
  const rules = (stack: string) =>
    resourcesOf(noticed[stack], "AWS::Events::Rule").filter(({ Properties }) =>
      String(Properties.Name).includes("-notice-"),
    );
  const policy = (stack: string, role: string) =>
    JSON.stringify(
      resourcesOf(noticed[stack], "AWS::IAM::Policy").filter(({ Properties }) =>
        JSON.stringify(Properties.Roles).includes(role),
      ),
    );

  test("each has a rule of its own in the sources that it concerns, with the events that end what it tells of", () => {
    expect([rules("shop-s0"), rules("shop-s1")].map(({ length }) => length)).toEqual([4, 3]);
    const heard = rules("shop-s1").map(({ Properties }) => Object(Properties.EventPattern)["detail-type"]);
    const bad = ["BatchRefused", "BatchFailed", "PartitionOverdue", "BatchLoaded"];
    expect(heard).toEqual([bad, ["BatchLoaded", "SchemaChanged"], bad]);
  });

  test("quiet hours end by a schedule in their zone", () => {
    const ends = resourcesOf(noticed["shop-s1"], "AWS::Scheduler::Schedule").filter(({ Properties }) =>
      String(Properties.Name).startsWith("quiet-end-"),
    );
    expect(ends).toMatchObject([
      { Properties: { ScheduleExpression: "cron(0 7 * * ? *)", ScheduleExpressionTimezone: "Europe/Paris" } },
    ]);
  });

  test("the function reads the secrets and publishes to the topics of its own source's notices alone", () => {
    const ofOne = policy("shop-s1", "sendnotices");
    expect(ofOne).toContain(secret("chat"));
    expect(ofOne).not.toContain(secret("pager"));
    expect(policy("shop-s0", "sendnotices")).toContain(secret("pager"));
    expect(ofOne).toContain("arn:aws:sns:eu-west-1:111111111111:theirs");
    expect(ofOne).not.toContain("alerts");
  });

  test("only Sluice's own events may be put on the bus", () => {
    expect(policy("shop-s1", "sendevents")).toContain('"Condition":{"StringEquals":{"events:source":"sluice.shop"}}');
  });

  test("have alarms on what could not be sent", () => {
    const names = resourcesOf(noticed["shop-s1"], "AWS::CloudWatch::Alarm").map(
      ({ Properties }) => Properties.AlarmName,
    );
    expect(names).toEqual(
      expect.arrayContaining([
        "shop-s1-send-events-failed-events",
        "shop-s1-send-notices-failed-events",
        "shop-s1-send-notices-failed-schedules",
      ]),
    );
  });

  test("an address has a topic that takes nothing but TLS", () => {
    const topics = resourcesOf(noticed["shop-warehouse"], "AWS::SNS::Topic").map(
      ({ Properties }) => Properties.TopicName,
    );
    expect(topics).toEqual(["shop-alerts", expect.stringMatching(/^shop-notices-[0-9a-f]{8}$/)]);
  });
});
