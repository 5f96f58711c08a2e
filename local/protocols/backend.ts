import type { IncomingMessage } from "node:http";
import type { Call, Credentials, Principal, Shape } from "../call/call.js";

/** What the endpoint needs of the account behind it. */
export interface Backend {
  call(call: Call): Promise<Shape>;
  /** Whose access key it is; undefined for nobody's. */
  identityOf(accessKeyId: string): { readonly credentials: Credentials; readonly principal: Principal } | undefined;
  /** Where the body of an object may be put as it comes in; undefined when there is no such bucket. */
  stagingFile(bucket: string): string | undefined;
  readonly region: string;
  /** Takes note of an error that is a fault of the local account itself. */
  report(error: unknown): void;
  /** Takes what is posted below `/_webhooks/`; the status of the answer. */
  webhook(request: IncomingMessage): Promise<number>;
}
