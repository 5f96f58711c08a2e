import type { Account } from "../call/call.js";
import { readStatements } from "../iam/document.js";
import { evaluate, speaksOf } from "../iam/evaluate.js";

/** Whether another account may put an event on the default bus: as its policy says, and nobody without one. */
export function busPolicy(
  account: Account,
): (from: string, event: { readonly source: string; readonly "detail-type": string }) => boolean {
  const statements = account.resourcesOf("AWS::Events::EventBusPolicy").flatMap(({ stack, logicalId, properties }) => {
    const place = `${stack}.${logicalId}`;
    if (properties.EventBusName !== undefined && properties.EventBusName !== "default")
      throw new Error(`${place}: the bus ${String(properties.EventBusName)} is not supported in the local account`);
    if (properties.Statement === undefined)
      throw new Error(`${place}: a policy without Statement is not supported in the local account`);
    return readStatements({ Statement: properties.Statement }, place);
  });
  const resource = `arn:${account.partition}:events:${account.region}:${account.accountId}:event-bus/default`;
  return (from, event) => {
    const caller = { arn: `arn:${account.partition}:iam::${from}:root`, accountId: from, kind: "root" };
    const own = statements.filter((statement) => speaksOf(statement, caller));
    const context = { "events:source": event.source, "events:detail-type": event["detail-type"] };
    return evaluate(own, { action: "events:PutEvents", resource }, context) === "allowed";
  };
}
