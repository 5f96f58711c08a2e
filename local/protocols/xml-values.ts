import { XMLParser } from "fast-xml-parser";
import { AwsError, type Shape } from "../call/call.js";
import { isObject } from "./json-values.js";
import type { Member, Shapes } from "./operation-shapes.js";

/** Text that XML 1.0 can hold; what it cannot is written as a reference, as S3 does. */
export function escapeXml(text: string): string {
  return text.replace(
    /[&<>"'\u0085\u2028]|[^ -\uffff]/g,
    (char) => `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`,
  );
}

/** The elements inside a structure. */
export function encodeMembers(value: Shape, shape: Shapes & { kind: "structure" }): string {
  return shape.members
    .filter((member) => !isBoundElsewhere(member))
    .map((member) => encodeMember(member.traits.xmlName ?? member.name, value[member.name], member))
    .join("");
}

function isBoundElsewhere({ traits }: Member): boolean {
  return (
    traits.isLabel ||
    traits.isStatus ||
    traits.header !== undefined ||
    traits.prefixHeaders !== undefined ||
    traits.query !== undefined
  );
}

function encodeMember(name: string, value: unknown, member: Member): string {
  if (value === undefined || value === null) return "";
  const shape = member.shape();
  if (shape.kind === "list") return encodeList(name, value, shape, member.traits.isFlattened);
  if (shape.kind === "map") return encodeMap(name, value, shape, member.traits.isFlattened);
  if (shape.kind === "structure")
    return isObject(value) ? element(name, encodeMembers(value, shape), attributesOf(value, shape)) : "";
  return element(name, escapeXml(scalarText(value, shape)));
}

function attributesOf(value: Shape, shape: Shapes & { kind: "structure" }): string {
  return shape.members
    .filter((member) => member.traits.isAttribute && value[member.name] !== undefined)
    .map((member) => ` ${member.traits.xmlName ?? member.name}="${escapeXml(String(value[member.name]))}"`)
    .join("");
}

function element(name: string, inner: string, attributes = ""): string {
  return `<${name}${attributes}>${inner}</${name}>`;
}

function encodeList(name: string, value: unknown, shape: Shapes & { kind: "list" }, isFlattened: boolean): string {
  if (!Array.isArray(value)) return "";
  const itemName = isFlattened ? name : (shape.item.traits.xmlName ?? "member");
  const items = value.map((item) => encodeMember(itemName, item, shape.item)).join("");
  return isFlattened ? items : element(name, items);
}

function encodeMap(name: string, value: unknown, shape: Shapes & { kind: "map" }, isFlattened: boolean): string {
  if (!isObject(value)) return "";
  const entries = Object.entries(value).map(([key, item]) =>
    element(
      isFlattened ? name : "entry",
      element(shape.key.traits.xmlName ?? "key", escapeXml(key)) +
        encodeMember(shape.value.traits.xmlName ?? "value", item, shape.value),
    ),
  );
  return isFlattened ? entries.join("") : element(name, entries.join(""));
}

/** A scalar as text; times as ISO 8601, in headers (`http-date`) as RFC 7231. */
export function scalarText(value: unknown, shape: Shapes): string {
  if (value instanceof Date) return shape.kind === "http-date" ? value.toUTCString() : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return String(value);
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  removeNSPrefix: true,
  isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
  htmlEntities: true,
  processEntities: true,
});

/** Reads a document whose root is a structure. @throws AwsError MalformedXML */
export function decodeXml(text: string, shape: Shapes): Shape {
  let parsed: unknown;
  try {
    parsed = parser.parse(text);
  } catch {
    throw malformed();
  }
  const roots = isObject(parsed) ? Object.entries(parsed).filter(([name]) => !name.startsWith("?")) : [];
  const [, root] = roots[0] ?? [];
  const node = Array.isArray(root) ? root[0] : undefined;
  if (shape.kind !== "structure") throw malformed();
  return isObject(node) ? decodeMembers(node, shape) : {};
}

function decodeMembers(node: Shape, shape: Shapes & { kind: "structure" }): Shape {
  const result: Shape = {};
  for (const member of shape.members) {
    const elements = node[member.traits.xmlName ?? member.name];
    if (Array.isArray(elements)) result[member.name] = decodeElements(elements, member);
  }
  return result;
}

function decodeElements(elements: readonly unknown[], member: Member): unknown {
  const shape = member.shape();
  const [first] = elements;
  if (shape.kind === "list") {
    const inner = isObject(first) ? first[shape.item.traits.xmlName ?? "member"] : [];
    const items = member.traits.isFlattened ? elements : inner;
    return Array.isArray(items) ? items.map((item) => decodeElements([item], shape.item)) : [];
  }
  if (shape.kind === "structure") return decodeMembers(isObject(first) ? first : {}, shape);
  return decodeScalar(textOf(first), shape);
}

function textOf(node: unknown): string {
  if (isObject(node)) return String(node["#text"] ?? "");
  return String(node ?? "");
}

/** Text of an element, header, query or form as the shape says. @throws AwsError InvalidArgument */
export function decodeScalar(text: string, shape: Shapes): unknown {
  switch (shape.kind) {
    case "number": {
      const value = Number(text);
      if (text.trim() === "" || !Number.isFinite(value))
        throw new AwsError("InvalidArgument", `${JSON.stringify(text)} is not a number`);
      return value;
    }
    case "boolean":
      return text.trim().toLowerCase() === "true";
    case "timestamp":
    case "date-time":
    case "http-date": {
      const date = /^\d+(\.\d+)?$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
      if (Number.isNaN(date.getTime())) throw new AwsError("InvalidArgument", `${JSON.stringify(text)} is not a time`);
      return date;
    }
    case "blob":
      return Buffer.from(text, "base64");
    default:
      return text;
  }
}

function malformed(): AwsError {
  return new AwsError(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}
