import { createHash, createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type OpenAccount, openAccount } from "../../account.js";
import type { Principal, ServiceName } from "../../call/call.js";
import { WIRES } from "../../protocols/services.js";
import { role, temporaryFolder, writeAssembly } from "./small-assembly.js";

/** Who is nobody here, or may nothing, is refused by every service: over HTTP, and by those that have no door of their own. */

const served = Object.keys(WIRES) as ServiceName[];
const refusals = [
  "AccessDenied",
  "AccessDeniedException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
];

let account: OpenAccount;
beforeAll(async () => {
  const assembly = writeAssembly({ resources: { Role: role("idle-role") } });
  account = await openAccount({ assemblyFolder: assembly, stateFolder: temporaryFolder() });
});
afterAll(() => account.close());

/** A request that each protocol takes for a call of an operation that the service has. */
function requestOf(service: ServiceName): { path: string; headers: Record<string, string>; body: string } {
  const wire = WIRES[service];
  const operation = firstOperation(service);
  if (wire?.protocol === "json") {
    const type = `application/x-amz-json-${wire.jsonVersion}`;
    return {
      path: "/",
      headers: { "content-type": type, "x-amz-target": `${wire.target}.${operation}` },
      body: "{}",
    };
  }
  if (wire?.protocol === "query") {
    const type = "application/x-www-form-urlencoded; charset=utf-8";
    return { path: "/", headers: { "content-type": type }, body: `Action=${operation}&Version=2012-12-01` };
  }
  return {
    path: service === "lambda" ? "/2015-03-31/functions/any/invocations" : "/any/key?uploads",
    headers: {},
    body: "",
  };
}

const bodyOf = (service: ServiceName) => account.services.bodies.find((body) => body.service === service);
const firstOperation = (service: ServiceName) => Object.keys(bodyOf(service)?.operations ?? {})[0] ?? "";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: Uint8Array | string, text: string) => createHmac("sha256", key).update(text).digest();

/** Signs as AWS asks for it, so that a wrong secret is all that is wrong. */
function signed(service: ServiceName, accessKeyId: string, secret: string): Promise<Response> {
  const { path, headers, body } = requestOf(service);
  const [url = "", query = ""] = path.split("?");
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const scope = `${time.slice(0, 8)}/eu-west-1/${service}/aws4_request`;
  const host = new URL(account.endpoint).host;
  const names = "host;x-amz-content-sha256;x-amz-date";
  const lines = [`host:${host}`, `x-amz-content-sha256:${sha256(body)}`, `x-amz-date:${time}`];
  const canonical = ["POST", url, query === "" ? "" : `${query}=`, ...lines, "", names, sha256(body)].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const key = scope.split("/").reduce<Uint8Array | string>((made, part) => hmac(made, part), `AWS4${secret}`);
  const signature = hmac(key, toSign).toString("hex");
  return fetch(`${account.endpoint}${path}`, {
    method: "POST",
    headers: {
      ...headers,
      "x-amz-date": time,
      "x-amz-content-sha256": sha256(body),
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    },
    body,
  });
}

/** The error's name, wherever the protocol writes it. */
async function errorOf(response: Response): Promise<string> {
  const text = await response.text();
  const named = /"__type":\s*"(?:[^"#]*#)?(\w+)"/.exec(text)?.[1] ?? /<Code>(\w+)<\/Code>/.exec(text)?.[1];
  return named ?? response.headers.get("x-amzn-errortype")?.split(":")[0] ?? text;
}

describe.each(served)("%s over HTTP", (service) => {
  test("takes the request when it is signed by the account's root user", async () => {
    const { accessKeyId, secretAccessKey } = account.credentials;
    expect(refusals).not.toContain(await errorOf(await signed(service, accessKeyId, secretAccessKey)));
  });

  test("refuses it unsigned, wrongly signed, and signed by nobody known", async () => {
    const { path, headers, body } = requestOf(service);
    const unsigned = await fetch(`${account.endpoint}${path}`, { method: "POST", headers, body });
    expect(refusals).toContain(await errorOf(unsigned));
    const { accessKeyId, secretAccessKey } = account.credentials;
    const wrong = await signed(service, accessKeyId, "another secret");
    expect([wrong.status, await errorOf(wrong)]).toEqual([
      403,
      expect.stringMatching(/^(SignatureDoesNotMatch|InvalidSignatureException)$/),
    ]);
    expect(refusals).toContain(await errorOf(await signed(service, "ASIAFOREIGN000000000", secretAccessKey)));
  });
});

test("a role of another account, and a role of this one that may nothing, are refused by every service", async () => {
  const foreign: Principal = {
    arn: "arn:aws:iam::999999999999:role/idle-role",
    accountId: "999999999999",
    kind: "role",
  };
  const unknown: Principal = { arn: "arn:aws:iam::000000000000:role/gone", accountId: "000000000000", kind: "role" };
  const idle = account.rolePrincipal("arn:aws:iam::000000000000:role/idle-role");
  const services = account.services.bodies.map(({ service }) => service);
  expect(services).toEqual(expect.arrayContaining(served));
  for (const service of services) {
    const operation = firstOperation(service);
    // The clock of the schedules is called by nobody.
    if (operation === "") continue;
    for (const principal of [foreign, unknown, idle]) {
      // Everybody may ask who they are.
      if (operation === "GetCallerIdentity" && principal === idle) continue;
      const refused = account.call({ service, operation, input: {}, principal });
      expect([service, await refused.catch((error: Error) => error.name)]).toEqual([
        service,
        expect.stringMatching(new RegExp(`^(${refusals.join("|")})$`)),
      ]);
    }
  }
});
