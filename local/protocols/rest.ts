import type { IncomingHttpHeaders } from "node:http";
import { type FileBody, isFileBody, type Shape } from "../call/call.js";
import { checkRequired, decodeJson, encodeJson, isObject } from "./json-values.js";
import type { Member, OperationShape, ServiceShapes, Shapes } from "./operation-shapes.js";
import { decodeScalar, decodeXml, encodeMembers, escapeXml, scalarText } from "./xml-values.js";

export interface RestRequest {
  readonly method: string;
  /** Percent-encoded, without the bucket for S3. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The bucket of a path-style S3 request; goes into the member `Bucket`. */
  readonly bucket: string | undefined;
}

export interface Route {
  readonly operation: OperationShape;
  readonly labels: Readonly<Record<string, string>>;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | FileBody;
}

/** The operation that a request means: method and path fit, the literal parts of the query are there, and so is every
 * required header and query member; of several the one that asks for most. */
export function routeOf(shapes: ServiceShapes, request: RestRequest): Route | undefined {
  let best: { readonly route: Route; readonly weight: number } | undefined;
  for (const operation of shapes.operations.values()) {
    const route = matches(operation, request);
    if (route !== undefined && (best === undefined || route.weight > best.weight)) best = route;
  }
  return best?.route;
}

function matches(
  operation: OperationShape,
  request: RestRequest,
): { readonly route: Route; readonly weight: number } | undefined {
  const { http, input } = operation;
  if (http === undefined || http.method !== request.method || input.kind !== "structure") return undefined;
  const needsBucket = input.members.some((member) => member.name === "Bucket" && member.traits.isLabel);
  if (needsBucket !== (request.bucket !== undefined)) return undefined;
  const [template = "", literalQuery = ""] = http.path.split("?");
  const labels = matchPath(template, request.path);
  if (labels === undefined) return undefined;
  const literals = [...new URLSearchParams(literalQuery)].filter(([name]) => name !== "x-id");
  if (
    !literals.every(([name, value]) => request.query.has(name) && (value === "" || request.query.get(name) === value))
  )
    return undefined;
  const bound = input.members.filter(
    (member) => input.required.includes(member.name) && (member.traits.query ?? member.traits.header) !== undefined,
  );
  const isPresent = ({ traits }: Member) =>
    traits.query !== undefined ? request.query.has(traits.query) : request.headers[traits.header ?? ""] !== undefined;
  if (!bound.every(isPresent)) return undefined;
  const isNamed = request.query.get("x-id") === operation.name ? 1 : 0;
  return { route: { operation, labels }, weight: 10 * literals.length + 2 * bound.length + isNamed };
}

/** `{Name}` is one segment, `{Name+}` the rest, and never empty. */
function matchPath(template: string, path: string): Record<string, string> | undefined {
  const labels: string[] = [];
  const pattern = template.replace(
    /\{(\w+)(\+?)\}|[.*+?^$()[\]\\|]/g,
    (all, label: string | undefined, rest: string) => {
      if (label === undefined) return `\\${all}`;
      labels.push(label);
      return rest === "+" ? "(.+)" : "([^/]+)";
    },
  );
  const found = new RegExp(`^${pattern}$`).exec(path);
  if (found === null) return undefined;
  return Object.fromEntries(labels.map((label, index) => [label, decodeURIComponent(found[index + 1] ?? "")]));
}

/** The member that takes the raw body, if the operation has one. */
export function payloadMember(shape: Shapes): Member | undefined {
  return shape.kind === "structure" ? shape.members.find((member) => member.traits.isPayload) : undefined;
}

/** Puts path, query, headers and body into the members that they are bound to. */
export function decodeRest(route: Route, request: RestRequest, body: Buffer | FileBody, format: "xml" | "json"): Shape {
  const shape = route.operation.input;
  if (shape.kind !== "structure") return {};
  const payload = payloadMember(shape);
  const result: Shape = payload === undefined ? decodeDocument(body, shape, format) : {};
  if (payload !== undefined) {
    const inner = payload.shape();
    if (inner.kind === "blob") result[payload.name] = body;
    else if (body.length > 0) result[payload.name] = decodeDocument(body, inner, format);
  }
  if (request.bucket !== undefined) result.Bucket = request.bucket;
  for (const member of shape.members) {
    const value = boundValue(member, route, request);
    if (value !== undefined) result[member.name] = value;
  }
  if (format === "json") checkRequired(result, shape, "");
  return result;
}

function boundValue(member: Member, route: Route, request: RestRequest): unknown {
  const { traits } = member;
  if (traits.isLabel) return route.labels[member.name];
  if (traits.prefixHeaders !== undefined) return prefixed(traits.prefixHeaders, request.headers);
  const raw =
    traits.query !== undefined
      ? request.query.get(traits.query)
      : traits.header !== undefined
        ? request.headers[traits.header]
        : undefined;
  if (raw === undefined || raw === null) return undefined;
  const text = Array.isArray(raw) ? raw.join(",") : raw;
  const shape = member.shape();
  if (shape.kind === "list") return text.split(",").map((item) => decodeScalar(item.trim(), shape.item.shape()));
  return decodeScalar(text, shape);
}

function prefixed(prefix: string, headers: IncomingHttpHeaders): Record<string, string> | undefined {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return found.length === 0
    ? undefined
    : Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), String(value)]));
}

function decodeDocument(body: Buffer | FileBody, shape: Shapes, format: "xml" | "json"): Shape {
  if (body.length === 0 || isFileBody(body)) return {};
  if (format === "xml") return decodeXml(body.toString("utf8"), shape);
  const decoded = decodeJson(JSON.parse(body.toString("utf8")), shape);
  return isObject(decoded) ? decoded : {};
}

/** Status, headers and body of an output. `xmlNamespace` is the root's. */
export function encodeRest(
  operation: OperationShape,
  output: Shape,
  format: "xml" | "json",
  xmlNamespace = "",
): RestAnswer {
  const shape = operation.output;
  const headers: Record<string, string> = {};
  let status = operation.http?.status ?? 200;
  if (shape.kind !== "structure") return { status, headers, body: "" };
  for (const member of shape.members) {
    const value = output[member.name];
    if (value === undefined || value === null) continue;
    if (member.traits.isStatus) status = Number(value);
    if (member.traits.header !== undefined) headers[member.traits.header] = headerText(value, member.shape());
    if (member.traits.prefixHeaders !== undefined && isObject(value)) {
      for (const [name, text] of Object.entries(value))
        headers[`${member.traits.prefixHeaders}${name}`] = asciiHeader(String(text));
    }
  }
  if (output.ContentRange !== undefined) status = 206;
  return { status, headers, body: bodyOf(operation, output, shape, format, xmlNamespace, headers) };
}

function bodyOf(
  operation: OperationShape,
  output: Shape,
  shape: Shapes & { kind: "structure" },
  format: "xml" | "json",
  xmlNamespace: string,
  headers: Record<string, string>,
): RestAnswer["body"] {
  const payload = payloadMember(shape);
  const inner = payload?.shape() ?? shape;
  const value = payload === undefined ? output : output[payload.name];
  if (inner.kind === "blob") return isFileBody(value) || value instanceof Uint8Array ? value : String(value ?? "");
  if (inner.kind !== "structure" || !isObject(value)) return "";
  const isUnbound = ({ traits }: Member) =>
    traits.header === undefined && traits.prefixHeaders === undefined && !traits.isStatus;
  if (!inner.members.some(isUnbound)) return "";
  if (format === "json") {
    headers["content-type"] = "application/json";
    const document = { ...inner, members: inner.members.filter(isUnbound) };
    return JSON.stringify(encodeJson(value, document));
  }
  headers["content-type"] = "application/xml";
  const name = inner.xmlName ?? payload?.traits.xmlName ?? inner.name;
  // GetBucketLocation alone has its only member as the text of its root.
  const content =
    operation.name === "GetBucketLocation"
      ? escapeXml(String(output.LocationConstraint ?? ""))
      : encodeMembers(value, inner);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${xmlNamespace}">${content}</${name}>`;
}

function headerText(value: unknown, shape: Shapes): string {
  if (value instanceof Date) return shape.kind === "date-time" ? value.toISOString() : value.toUTCString();
  if (Array.isArray(value)) return value.map(String).join(",");
  return asciiHeader(scalarText(value, shape));
}

/** Headers hold ASCII; S3 sends other text in the manner of RFC 2047. */
function asciiHeader(text: string): string {
  return /^[\t -~]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
}
