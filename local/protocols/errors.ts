import { randomUUID } from "node:crypto";
import type { AwsError } from "../call/call.js";
import type { ErrorShape } from "./operation-shapes.js";
import type { Protocol } from "./services.js";
import { escapeXml } from "./xml-values.js";

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An error as its protocol writes it, so that the SDKs raise their typed exceptions. */
export function encodeError(
  error: AwsError,
  protocol: Protocol,
  shape: ErrorShape | undefined,
  xmlNamespace = "",
): ErrorAnswer {
  const status = error.statusCode === 400 ? (shape?.statusCode ?? 400) : error.statusCode;
  const requestId = randomUUID();
  if (protocol === "json" || protocol === "rest-json") {
    const queryCode: Record<string, string> =
      shape?.queryCode === undefined
        ? {}
        : { "x-amzn-query-error": `${shape.queryCode};${status < 500 ? "Sender" : "Receiver"}` };
    return {
      status,
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amzn-errortype": error.name,
        "x-amzn-requestid": requestId,
        ...queryCode,
      },
      body: JSON.stringify({ __type: error.name, message: error.message, Message: error.message, ...error.members }),
    };
  }
  const code = shape?.queryCode ?? error.name;
  const headers = { "content-type": "application/xml", "x-amz-request-id": requestId, "x-amzn-requestid": requestId };
  const members = Object.entries(error.members)
    .filter(([, value]) => typeof value === "string" || typeof value === "number")
    .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
    .join("");
  if (protocol === "rest-xml") {
    if (status === 304) return { status, headers, body: "" };
    const deleteMarker: Record<string, string> =
      error.members.DeleteMarker === true ? { "x-amz-delete-marker": "true" } : {};
    const inner = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(error.message)}</Message>${members}<RequestId>${requestId}</RequestId><HostId>local</HostId>`;
    return {
      status,
      headers: { ...headers, ...deleteMarker },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner}</Error>`,
    };
  }
  const type = status < 500 ? "Sender" : "Receiver";
  const inner = `<Error><Type>${type}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(error.message)}</Message>${members}</Error>`;
  return {
    status,
    headers: { ...headers, "content-type": "text/xml" },
    body: `<ErrorResponse xmlns="${xmlNamespace}">${inner}<RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
}
