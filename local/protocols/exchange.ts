import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import {
  AwsError,
  type FileBody,
  isFileBody,
  type Principal,
  SERVICE_NAMES,
  type ServiceName,
  type Shape,
} from "../call/call.js";
import { notSupported, unknownCredentials } from "../call/dispatch.js";
import { ConnectionLost } from "../call/faults.js";
import type { Backend } from "./backend.js";
import { type ErrorAnswer, encodeError } from "./errors.js";
import { decodeJson, encodeJson, isObject, writeJson } from "./json-values.js";
import type { OperationShape, ServiceShapes } from "./operation-shapes.js";
import { decodeForm } from "./query-form.js";
import { readBuffered, readToFile } from "./request-body.js";
import { decodeRest, encodeRest, payloadMember, type RestAnswer, type RestRequest, routeOf } from "./rest.js";
import { type Protocol, shapesOf, WIRES } from "./services.js";
import {
  declaredPayloadHash,
  type RequestHead,
  readSignature,
  type SignedRequest,
  sha256,
  verifySignature,
} from "./sigv4.js";
import { encodeMembers } from "./xml-values.js";

type Wire = NonNullable<(typeof WIRES)[ServiceName]>;

interface Decoded {
  readonly operation: string;
  readonly shape: OperationShape | undefined;
  readonly input: Shape;
}

/** One request and its answer. Errors are answers too, except a connection that breaks. */
export async function exchange(request: IncomingMessage, backend: Backend): Promise<RestAnswer | ErrorAnswer> {
  const head = headOf(request);
  let protocol: Protocol = guessProtocol(head);
  let shapes: ServiceShapes | undefined;
  let wire: Wire | undefined;
  try {
    const signed = readSignature(head);
    if (signed === undefined) throw unsigned(protocol);
    const service = serviceOf(signed.service);
    wire = WIRES[service];
    if (wire === undefined) throw notSupported(service, operationHint(head, await readBuffered(request)));
    protocol = wire.protocol;
    shapes = await shapesOf(service, wire);
    const caller = backend.identityOf(signed.accessKeyId);
    if (caller === undefined) throw unknownCredentials(service);
    const verify = (payloadHash: string) =>
      verifySignature(head, signed, caller.credentials, service, payloadHash, Date.now());
    const decoded = await decode(request, head, { service, wire, shapes, backend, signed, verify });
    return await run(decoded, service, wire, caller.principal, backend);
  } catch (error) {
    if (error instanceof ConnectionLost) throw error;
    const known = error instanceof AwsError ? error : internal(error, backend);
    return encodeError(known, protocol, shapes?.errors.get(known.name), wire?.xmlNamespace);
  }
}

async function run(
  decoded: Decoded,
  service: ServiceName,
  wire: Wire,
  principal: Principal,
  backend: Backend,
): Promise<RestAnswer> {
  try {
    const output = await backend.call({ service, operation: decoded.operation, input: decoded.input, principal });
    if (decoded.shape === undefined) throw notSupported(service, decoded.operation);
    return encodeOutput(decoded.shape, output, wire);
  } finally {
    if (isFileBody(decoded.input.Body)) await rm(decoded.input.Body.path, { force: true });
  }
}

interface Decoding {
  readonly service: ServiceName;
  readonly wire: Wire;
  readonly shapes: ServiceShapes;
  readonly backend: Backend;
  readonly signed: SignedRequest;
  readonly verify: (payloadHash: string) => void;
}

async function decode(request: IncomingMessage, head: RequestHead, how: Decoding): Promise<Decoded> {
  if (how.wire.protocol === "rest-xml" || how.wire.protocol === "rest-json")
    return decodeRestRequest(request, head, how);
  const body = await readBuffered(request);
  how.verify(bufferedHash(head, how, body));
  if (how.wire.protocol === "query") {
    const form = new URLSearchParams(body.toString("utf8"));
    const operation = form.get("Action") ?? "";
    const shape = how.shapes.operations.get(operation);
    return { operation, shape, input: shape === undefined ? {} : decodeForm(form, shape.input) };
  }
  const target = String(head.headers["x-amz-target"] ?? "");
  const operation = target.slice(target.indexOf(".") + 1);
  const shape = how.shapes.operations.get(operation);
  const decoded = shape === undefined ? {} : decodeJson(parseJson(body), shape.input);
  return { operation, shape, input: isObject(decoded) ? decoded : {} };
}

/** The hash that the signature must be over: that of the body itself, unless the client says that it signed none.
 * @throws AwsError XAmzContentSHA256Mismatch */
function bufferedHash(head: RequestHead, how: Decoding, body: Buffer): string {
  const declared = declaredPayloadHash(head, how.signed.expires !== undefined);
  const actual = sha256(body);
  if (declared === undefined || declared === actual) return actual;
  if (!/^[0-9a-f]{64}$/.test(declared)) return declared;
  if (how.service !== "s3") return actual;
  const why = "The provided 'x-amz-content-sha256' header does not match what was computed.";
  throw new AwsError("XAmzContentSHA256Mismatch", why);
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new AwsError("SerializationException", "The request body is not JSON");
  }
}

async function decodeRestRequest(request: IncomingMessage, head: RequestHead, how: Decoding): Promise<Decoded> {
  const isXml = how.wire.protocol === "rest-xml";
  const rest = isXml
    ? s3Request(head)
    : {
        method: head.method,
        path: head.path.replace(/(.)\/$/, "$1"),
        query: new URLSearchParams(head.query),
        headers: head.headers,
        bucket: undefined,
      };
  const route = routeOf(how.shapes, rest);
  if (route === undefined) throw notSupported(how.service, `${head.method} ${head.path}`);
  const declared = declaredPayloadHash(head, how.signed.expires !== undefined);
  const takesFile = isXml && payloadMember(route.operation.input)?.shape().kind === "blob";
  if (!takesFile) {
    const body = await readBuffered(request);
    how.verify(bufferedHash(head, how, body));
    return {
      operation: route.operation.name,
      shape: route.operation,
      input: decodeRest(route, rest, body, isXml ? "xml" : "json"),
    };
  }
  how.verify(declared ?? "UNSIGNED-PAYLOAD");
  const staging = how.backend.stagingFile(rest.bucket ?? "");
  if (staging === undefined)
    throw new AwsError("NoSuchBucket", "The specified bucket does not exist", { statusCode: 404 });
  const { body, trailers } = await readToFile(request, staging, declared ?? "UNSIGNED-PAYLOAD");
  return {
    operation: route.operation.name,
    shape: route.operation,
    input: withFile(decodeRest(route, { ...rest, headers: plainHeaders(head.headers, trailers) }, body, "xml"), body),
  };
}

/** The length of the framed body is not that of the object. */
function withFile(input: Shape, body: FileBody): Shape {
  return { ...input, ContentLength: body.length };
}

/** `aws-chunked` is how the bytes travelled, not what they are; checksums may come after them. */
function plainHeaders(
  headers: RequestHead["headers"],
  trailers: Readonly<Record<string, string>>,
): RequestHead["headers"] {
  const encoding = String(headers["content-encoding"] ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && part !== "aws-chunked")
    .join(",");
  return { ...headers, ...trailers, "content-encoding": encoding === "" ? undefined : encoding };
}

/** Path style: the first segment is the bucket. */
function s3Request(head: RequestHead): RestRequest {
  const [, bucket = "", rest = ""] = /^\/([^/]*)(\/.*)?$/.exec(head.path) ?? [];
  const query = new URLSearchParams(head.query.replaceAll("+", "%2B"));
  return {
    method: head.method,
    path: rest === "" ? "/" : rest,
    query,
    headers: head.headers,
    bucket: bucket === "" ? undefined : decodeURIComponent(bucket),
  };
}

function encodeOutput(shape: OperationShape, output: Shape, wire: Wire): RestAnswer {
  const requestId = randomUUID();
  if (wire.protocol === "rest-xml" || wire.protocol === "rest-json") {
    const answer = encodeRest(shape, output, wire.protocol === "rest-xml" ? "xml" : "json", wire.xmlNamespace);
    return { ...answer, headers: { "x-amz-request-id": requestId, "x-amzn-requestid": requestId, ...answer.headers } };
  }
  if (wire.protocol === "query") {
    const inner = shape.output.kind === "structure" ? encodeMembers(output, shape.output) : "";
    const { name } = shape;
    const body = `<${name}Response xmlns="${wire.xmlNamespace}"><${name}Result>${inner}</${name}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`;
    return { status: 200, headers: { "content-type": "text/xml", "x-amzn-requestid": requestId }, body };
  }
  const body = writeJson(encodeJson(output, shape.output) ?? {});
  return {
    status: 200,
    headers: { "content-type": `application/x-amz-json-${wire.jsonVersion}`, "x-amzn-requestid": requestId },
    body,
  };
}

function headOf(request: IncomingMessage): RequestHead {
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  return {
    method: request.method ?? "GET",
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? "" : url.slice(mark + 1),
    headers: request.headers,
  };
}

function guessProtocol({ headers }: RequestHead): Protocol {
  if (headers["x-amz-target"] !== undefined) return "json";
  return String(headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded") ? "query" : "rest-xml";
}

/** The operation's name where no schemas tell it: from the target header, the form, or else method and path. */
function operationHint(head: RequestHead, body: Buffer): string {
  const target = String(head.headers["x-amz-target"] ?? "");
  if (target !== "") return target.slice(target.indexOf(".") + 1);
  return new URLSearchParams(body.toString("utf8")).get("Action") ?? `${head.method} ${head.path}`;
}

function serviceOf(name: string): ServiceName {
  const service = SERVICE_NAMES.find((each) => each === name);
  if (service === undefined) throw notSupported(name, "(any operation)");
  return service;
}

function unsigned(protocol: Protocol): AwsError {
  if (protocol === "rest-xml") return new AwsError("AccessDenied", "Access Denied", { statusCode: 403 });
  const name = protocol === "query" ? "MissingAuthenticationToken" : "MissingAuthenticationTokenException";
  return new AwsError(name, "Request is missing Authentication Token", { statusCode: 403 });
}

function internal(error: unknown, backend: Backend): AwsError {
  backend.report(error);
  return new AwsError(
    "InternalFailure",
    `The local account failed: ${error instanceof Error ? error.message : String(error)}`,
    { statusCode: 500 },
  );
}
