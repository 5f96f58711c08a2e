/** What the functions of a template need to know about the rest of it. */
export interface Scope {
  /** The value of `Ref`: a resource, a parameter or a pseudo parameter; undefined when there is none. */
  ref(name: string): unknown;
  /** The value of `Fn::GetAtt`. @throws Error that names resource and attribute. */
  attribute(logicalId: string, attribute: string): unknown;
  /** The value that another stack exports under this name; undefined when there is none. */
  imported(name: string): unknown;
  /** The value of another stack's output; undefined when there is no such stack or output. */
  output(stackName: string, outputName: string): unknown;
  readonly region: string;
}

/** Stands for `AWS::NoValue`: the property is left out. */
export const NO_VALUE = Symbol("AWS::NoValue");

/** Resolves `Ref` and the functions inside a value of a template. `place` names it in errors.
 * @throws Error for a function that is not known here, and for names that do not exist. */
export function resolveValue(value: unknown, scope: Scope, place: string): unknown {
  if (Array.isArray(value)) {
    return value
      .map((item, index) => resolveValue(item, scope, `${place}[${index}]`))
      .filter((item) => item !== NO_VALUE);
  }
  if (typeof value === "string") {
    if (value.includes("{{resolve:"))
      throw new Error(
        `${place}: dynamic references ({{resolve:…}}) are not supported in the local account; use a Ref or GetAtt`,
      );
    return value;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && (only[0] === "Ref" || only[0].startsWith("Fn::"))) {
    return call(only[0], only[1], scope, place);
  }
  const resolved: Record<string, unknown> = {};
  for (const [key, item] of entries) {
    const inner = resolveValue(item, scope, `${place}.${key}`);
    if (inner !== NO_VALUE) resolved[key] = inner;
  }
  return resolved;
}

type Intrinsic = (argument: unknown, scope: Scope, place: string) => unknown;

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope, place) => reference(text(argument, place), scope, place),
  "Fn::GetAtt": (argument, scope, place) => {
    const [logicalId, ...path] = Array.isArray(argument)
      ? argument.map((part) => text(part, place))
      : text(argument, place).split(".");
    return scope.attribute(logicalId ?? "", path.join("."));
  },
  "Fn::Join": (argument, scope, place) => {
    const [separator, items] = pair(argument, place);
    return list(resolveValue(items, scope, place), place)
      .map((item) => scalar(item, place))
      .join(text(separator, place));
  },
  "Fn::Sub": (argument, scope, place) => {
    const [template, own] = Array.isArray(argument) ? pair(argument, place) : [argument, {}];
    const variables = resolveValue(own, scope, place);
    return substitute(text(template, place), isMap(variables) ? variables : {}, scope, place);
  },
  "Fn::Select": (argument, scope, place) => {
    const [index, items] = pair(argument, place);
    const all = list(resolveValue(items, scope, place), place);
    const chosen = all[Number(resolveValue(index, scope, place))];
    if (chosen === undefined) throw new Error(`${place}: Fn::Select asks for item ${String(index)} of ${all.length}`);
    return chosen;
  },
  "Fn::Split": (argument, scope, place) => {
    const [separator, source] = pair(argument, place);
    return text(resolveValue(source, scope, place), place).split(text(separator, place));
  },
  "Fn::GetAZs": (_argument, scope) => ["a", "b", "c"].map((zone) => `${scope.region}${zone}`),
  "Fn::ImportValue": (argument, scope, place) => {
    const name = text(resolveValue(argument, scope, place), place);
    const value = scope.imported(name);
    if (value === undefined) throw new Error(`${place}: no stack of the assembly exports ${JSON.stringify(name)}`);
    return value;
  },
  // What the CDK writes for a reference between stacks that is `weak` or `both`.
  "Fn::GetStackOutput": (argument, scope, place) => {
    const { StackName, OutputName, Region, ...others } = map(resolveValue(argument, scope, place), place);
    const [unknown] = Object.keys(others);
    if (unknown !== undefined)
      throw new Error(`${place}: ${unknown} of Fn::GetStackOutput is not supported in the local account`);
    const [stack, name] = [text(StackName, place), text(OutputName, place)];
    if (Region !== undefined && Region !== scope.region)
      throw new Error(
        `${place}: Fn::GetStackOutput reads from ${JSON.stringify(Region)}; a local account has one region, ${scope.region}`,
      );
    const value = scope.output(stack, name);
    if (value === undefined)
      throw new Error(
        `${place}: no stack ${JSON.stringify(stack)} of the assembly has an output ${JSON.stringify(name)}`,
      );
    return value;
  },
};

function call(name: string, argument: unknown, scope: Scope, place: string): unknown {
  const intrinsic = INTRINSICS[name];
  if (intrinsic === undefined) throw new Error(`${place}: ${name} is not supported in the local account`);
  return intrinsic(argument, scope, place);
}

function reference(name: string, scope: Scope, place: string): unknown {
  const value = scope.ref(name);
  if (value === undefined)
    throw new Error(`${place}: Ref to ${name}, which is no resource or parameter of the template`);
  return value;
}

/** `${Name}` and `${Name.Attribute}` resolve, `${!Literal}` stands for `${Literal}`. */
function substitute(
  template: string,
  variables: Readonly<Record<string, unknown>>,
  scope: Scope,
  place: string,
): string {
  return template.replace(/\$\{([^}]*)\}/g, (_all, inner: string) => {
    if (inner.startsWith("!")) return `\${${inner.slice(1)}}`;
    const name = inner.trim();
    if (Object.hasOwn(variables, name)) return scalar(variables[name], place);
    const [logicalId = "", ...path] = name.split(".");
    const value = path.length === 0 ? reference(name, scope, place) : scope.attribute(logicalId, path.join("."));
    return scalar(value, place);
  });
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function map(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (!isMap(value)) throw new Error(`${place}: an object is expected, found ${JSON.stringify(value)}`);
  return value;
}

function pair(value: unknown, place: string): readonly [unknown, unknown] {
  if (!Array.isArray(value) || value.length !== 2) throw new Error(`${place}: the function takes a list of two`);
  return [value[0], value[1]];
}

function list(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${place}: a list is expected, found ${JSON.stringify(value)}`);
  return value;
}

function text(value: unknown, place: string): string {
  if (typeof value !== "string") throw new Error(`${place}: a string is expected, found ${JSON.stringify(value)}`);
  return value;
}

function scalar(value: unknown, place: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`${place}: a string is expected, found ${JSON.stringify(value)}`);
}
