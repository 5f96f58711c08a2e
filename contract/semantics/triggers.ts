import { type Finding, findingAt, type Located } from "../finding.js";
import type { SourceFile } from "../source-file.js";
import { triggerKind } from "../trigger-file.js";

/** What is wrong with how a source hears of what lands, beyond the shape of `trigger`. */
export function triggerFindings(
  region: string,
  name: string,
  { landing, trigger }: SourceFile,
  located: Located,
): Finding[] {
  const kind = triggerKind(trigger);
  const findings: Finding[] = [];
  const isTheirs = kind === "their queue" || kind === "their topic";
  if (landing !== "create" && landing.account !== undefined && kind === "notification") {
    findings.push(
      findingAt(located, ["sources", name, "landing", "account"], {
        found: `a landing bucket of the account ${landing.account}, and S3 as the one that calls`,
        expected: "a trigger that another account can serve: its bucket's notifications are not ours to set",
        remedy: "Say 'trigger: eventbridge', 'queue', '{ queue: <ARN> }' or '{ topic: <ARN> }' (docs/sources.md).",
      }),
    );
  }
  if (landing === "create" && isTheirs) {
    findings.push(
      findingAt(located, ["sources", name, "trigger"], {
        found: `${kind} for a bucket that Sluice makes`,
        expected: "'notification', 'eventbridge' or 'queue', since nobody else sets that bucket's notifications",
        remedy: "Say 'trigger: queue', or name the bucket: 'landing: { existingBucket: … }'.",
      }),
    );
  }
  const arn = typeof trigger === "string" ? undefined : "queue" in trigger ? trigger.queue : trigger.topic;
  const elsewhere = arn?.split(":")[3];
  if (arn !== undefined && elsewhere !== region) {
    findings.push(
      findingAt(located, ["sources", name, "trigger"], {
        found: `'${arn}', in ${elsewhere}`,
        expected: `one in ${region}, where the project is: S3 and Lambda reach no other region`,
        remedy: `Use a queue or topic in ${region}, or move the project's 'region'.`,
      }),
    );
  }
  return findings;
}
