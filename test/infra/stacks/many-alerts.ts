import { expect, test } from "@jest/globals";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { z } from "zod";
import { Bundle } from "../../../infra/bundle.js";
import { Alerts } from "../../../infra/constructs/alerts.js";

const Rule = z.object({ Properties: z.object({ Name: z.string(), EventPattern: z.unknown() }) });

/** What a reference comes to where it is longest. */
const longest = { Partition: "aws-us-gov", AccountId: "111111111111" } as const;
const filled = (pattern: unknown) =>
  JSON.stringify(pattern).replace(
    /\{"Fn::Sub":"([^"]*)"\}/g,
    (_all, text: string) =>
      `"${text.replace(/\$\{AWS::(\w+)\}/g, (_, name: "Partition" | "AccountId") => longest[name])}"`,
  );

test("alerts of many sources: eight a rule, no source twice, and no pattern beyond EventBridge's 2,048 characters", () => {
  // A project and a source have at most 24 characters together.
  const sources = Array.from({ length: 20 }, (_, index) => `source-of-${String(index).padStart(2, "0")}`);
  const bundle = new Bundle({ hasWheels: false });
  try {
    const stack = new Stack(new App({ analyticsReporting: false }), "stack");
    new Alerts(stack, "Alerts", {
      names: {
        project: "warehouse-ab",
        region: "us-gov-west-1",
        roles: { path: "/", prefix: "" },
        schema: "sluice",
        sources: {},
      },
      bundle,
      sources,
      email: undefined,
    });
    const rules = Object.values(Template.fromStack(stack).findResources("AWS::Events::Rule")).map((rule) =>
      Rule.parse(rule),
    );
    const patterns = rules.map(({ Properties }) => filled(Properties.EventPattern));
    expect(rules.map(({ Properties }) => Properties.Name)).toEqual(
      ["", "-2", "-3"].map((number) => `warehouse-ab-load-ended-badly${number}`),
    );
    for (const pattern of patterns) expect(pattern.length).toBeLessThanOrEqual(2048);
    const machines = patterns.flatMap((pattern) => pattern.match(/stateMachine:[\w-]+/g) ?? []);
    expect(machines.toSorted()).toEqual(
      sources
        .flatMap((source) =>
          ["load-partition", "scheduled-load"].map((name) => `stateMachine:warehouse-ab-${source}-${name}`),
        )
        .toSorted(),
    );
  } finally {
    bundle.remove();
  }
});
