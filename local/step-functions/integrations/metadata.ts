import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../interpreter/index.js";

/** What optimised integrations put beside a result, from the HTTP answer. */
export function sdkMetadata(): JsonObject {
  const RequestId = randomUUID();
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: { "x-amzn-RequestId": [RequestId] },
      HttpHeaders: { "x-amzn-RequestId": RequestId },
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId },
  };
}
