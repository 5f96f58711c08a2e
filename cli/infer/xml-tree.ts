import { XMLParser, XMLValidator } from "fast-xml-parser";
import type { FileText } from "./read-file.js";
import { InferenceRefused } from "./refusal.js";

/** An element by its local name, as the contract sees it without `namespaces`. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, without that of its children. */
  readonly text: string;
  /** All text in it, that of its children too, in the order of the document. */
  readonly wholeText: string;
  readonly parent: XmlElement | undefined;
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  processEntities: true,
  htmlEntities: true,
});

/** The document's root. @throws InferenceRefused when it is not well-formed, or declares entities. */
export function parseXml({ name, text }: FileText): XmlElement {
  if (/<!ENTITY\b/.test(text)) {
    throw new InferenceRefused(
      "FileUnreadable",
      `'${name}' declares entities, which a load refuses. Deliver it without them.`,
    );
  }
  const checked = XMLValidator.validate(text);
  if (checked !== true) {
    const { line, msg } = checked.err;
    throw new InferenceRefused("FileUnreadable", `'${name}' is not well-formed in line ${line}: ${msg}`);
  }
  const nodes: unknown = parser.parse(text);
  const root = elementsOf(nodes, undefined)[0];
  if (root === undefined) throw new InferenceRefused("NoRecords", `'${name}' has no element.`);
  return root;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const local = (name: string) => (name.startsWith("xml:") ? name : name.slice(name.indexOf(":") + 1));

function elementsOf(nodes: unknown, parent: XmlElement | undefined): XmlElement[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: unknown) => {
    if (!isObject(node)) return [];
    const name = Object.keys(node).find((key) => key !== ":@" && !key.startsWith("#") && !key.startsWith("?"));
    if (name === undefined) return [];
    const content = node[name];
    const given = isObject(node[":@"]) ? Object.entries(node[":@"]) : [];
    const attributes = new Map(
      given
        .filter(([key]) => key !== "xmlns" && !key.startsWith("xmlns:"))
        .map(([key, value]) => [local(key), String(value)]),
    );
    const children: XmlElement[] = [];
    const element = {
      ...{ name: local(name), attributes, children, text: textIn(content), parent },
      get wholeText() {
        return wholeTextIn(content);
      },
    };
    children.push(...elementsOf(content, element));
    return [element];
  });
}

const textIn = (nodes: unknown): string =>
  Array.isArray(nodes)
    ? nodes.map((node: unknown) => (isObject(node) && "#text" in node ? String(node["#text"]) : "")).join("")
    : "";

const wholeTextIn = (nodes: unknown): string =>
  Array.isArray(nodes)
    ? nodes
        .map((node: unknown) => {
          if (!isObject(node)) return "";
          if ("#text" in node) return String(node["#text"]);
          return Object.entries(node)
            .filter(([name]) => name !== ":@")
            .map(([, content]) => wholeTextIn(content))
            .join("");
        })
        .join("")
    : "";

/** A nested element as the job writes it: attributes as `@name`, children by name, text beside either as `#text`. */
export function nestedJson(element: XmlElement): unknown {
  const members: Record<string, unknown> = {};
  for (const [name, value] of element.attributes) members[`@${name}`] = value;
  for (const name of new Set(element.children.map((child) => child.name))) {
    const values = element.children.filter((child) => child.name === name).map(nestedJson);
    members[name] = values.length > 1 ? values : values[0];
  }
  const text = element.text.trim();
  if (Object.keys(members).length === 0) return text === "" ? null : text;
  return text === "" ? members : { ...members, "#text": text };
}
