import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { AwsError, type Credentials, type ServiceName } from "../call/call.js";

/** What a request says about who signed it and how; from the Authorization header or from a presigned query. */
export interface SignedRequest {
  readonly accessKeyId: string;
  readonly service: string;
  readonly region: string;
  readonly scopeDate: string;
  readonly timestamp: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** Seconds; only presigned requests have it. */
  readonly expires: number | undefined;
}

export interface RequestHead {
  readonly method: string;
  /** As it came: percent-encoded. */
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
}

const SCOPE = /^([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/;

/** Reads the signature of a request; undefined when it has none. @throws AwsError IncompleteSignature */
export function readSignature(head: RequestHead): SignedRequest | undefined {
  const authorization = head.headers.authorization;
  if (authorization !== undefined) return fromHeader(authorization, head.headers);
  const query = new URLSearchParams(head.query);
  if (query.has("AWSAccessKeyId")) {
    const why = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
    throw new AwsError("InvalidRequest", why);
  }
  return query.has("X-Amz-Signature") ? fromQuery(query) : undefined;
}

function fromHeader(authorization: string, headers: IncomingHttpHeaders): SignedRequest {
  const part = (name: string) => new RegExp(`${name}=([^,\\s]+)`).exec(authorization)?.[1] ?? "";
  if (!authorization.startsWith("AWS4-HMAC-SHA256")) throw incomplete("only AWS4-HMAC-SHA256 is supported");
  return {
    ...scopeOf(part("Credential")),
    timestamp: text(headers["x-amz-date"]),
    signedHeaders: part("SignedHeaders").split(";"),
    signature: part("Signature"),
    sessionToken: headers["x-amz-security-token"] === undefined ? undefined : text(headers["x-amz-security-token"]),
    expires: undefined,
  };
}

function fromQuery(query: URLSearchParams): SignedRequest {
  return {
    ...scopeOf(query.get("X-Amz-Credential") ?? ""),
    timestamp: query.get("X-Amz-Date") ?? "",
    signedHeaders: (query.get("X-Amz-SignedHeaders") ?? "").split(";"),
    signature: query.get("X-Amz-Signature") ?? "",
    sessionToken: query.get("X-Amz-Security-Token") ?? undefined,
    expires: Number(query.get("X-Amz-Expires") ?? "0"),
  };
}

function scopeOf(credential: string): Pick<SignedRequest, "accessKeyId" | "scopeDate" | "region" | "service"> {
  const [, accessKeyId = "", scopeDate = "", region = "", service = ""] = SCOPE.exec(credential) ?? [];
  if (accessKeyId === "")
    throw incomplete("Credential must have the form <key>/<date>/<region>/<service>/aws4_request");
  return { accessKeyId, scopeDate, region, service };
}

function incomplete(why: string): AwsError {
  return new AwsError("IncompleteSignature", why, { statusCode: 400 });
}

/** What stands in for the hash of the body in the signature. */
export function declaredPayloadHash(head: RequestHead, isPresigned: boolean): string | undefined {
  const declared = head.headers["x-amz-content-sha256"];
  if (declared !== undefined) return text(declared);
  return isPresigned ? "UNSIGNED-PAYLOAD" : undefined;
}

/** @throws AwsError SignatureDoesNotMatch, or the service's own error for an expired or foreign token */
export function verifySignature(
  head: RequestHead,
  signed: SignedRequest,
  credentials: Credentials,
  service: ServiceName,
  payloadHash: string,
  now: number,
): void {
  if (credentials.sessionToken !== signed.sessionToken) {
    if (service === "s3")
      throw new AwsError("InvalidToken", "The provided token is malformed or otherwise invalid.", { statusCode: 400 });
    throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.", {
      statusCode: 403,
    });
  }
  const canonical = [
    head.method,
    service === "s3" ? head.path : head.path.split("/").map(encode).join("/"),
    canonicalQuery(head.query),
    ...signed.signedHeaders.map((name) => `${name}:${text(head.headers[name]).trim().replace(/ +/g, " ")}`),
    "",
    signed.signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
  const scope = `${signed.scopeDate}/${signed.region}/${signed.service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", signed.timestamp, scope, sha256(canonical)].join("\n");
  const key = [signed.scopeDate, signed.region, signed.service, "aws4_request"].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  );
  const expected = hmac(key, toSign);
  const given = Buffer.from(signed.signature, "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    const why =
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
    throw new AwsError(
      service === "s3" || isQuery(service) ? "SignatureDoesNotMatch" : "InvalidSignatureException",
      why,
      { statusCode: 403 },
    );
  }
  if (signed.expires !== undefined && now > timeOf(signed.timestamp) + signed.expires * 1000) {
    throw new AwsError("AccessDenied", "Request has expired", { statusCode: 403 });
  }
}

function isQuery(service: ServiceName): boolean {
  return service === "sts" || service === "sns" || service === "redshift" || service === "iam";
}

function timeOf(timestamp: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

function canonicalQuery(query: string): string {
  if (query === "") return "";
  return query
    .split("&")
    .map((pair) => {
      const at = pair.indexOf("=");
      const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
      return [encode(decodeURIComponent(name)), encode(decodeURIComponent(value))] as const;
    })
    .filter(([name]) => name !== "X-Amz-Signature")
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function encode(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function text(value: string | readonly string[] | undefined): string {
  return typeof value === "string" ? value : (value ?? []).join(",");
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function hmac(key: Uint8Array, content: string): Buffer {
  return createHmac("sha256", key).update(content).digest();
}
