import type { Account, Principal, ServiceName, Shape } from "../../call/call.js";
import type { Json, Task } from "../../interpreter/index.js";

/** What integrations need of the account and of Step Functions itself. */
export interface Host {
  readonly account: Account;
  /** The machine's role. */
  readonly principal: Principal;
  /** The execution that the Task belongs to. */
  readonly executionArn: string;
  /** Resolves when an execution has ended, or at once when it has. */
  readonly ended: (executionArn: string, signal: AbortSignal) => Promise<void>;
}

/** One integration: performs a Task, as `invoke` of the interpreter does. */
export type Integration = (host: Host, task: Task) => Promise<Json>;

/** A call under the machine's role. @throws AwsError */
export function call(host: Host, service: ServiceName, operation: string, input: Shape): Promise<Shape> {
  return host.account.call({ service, operation, input, principal: host.principal });
}
