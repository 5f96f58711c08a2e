import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { isToken, makeToken } from "../../console/server/guard.js";
import { type Console, serveConsole } from "../../console/server/server.js";
import { type Answer, ask } from "./ask.js";
import { FakeBackend } from "./fake-backend.js";

const assets = new Map([["/", { type: "text/html; charset=utf-8", content: "<p>page</p>" }]]);
let backend: FakeBackend;
let served: Console;

beforeAll(async () => {
  backend = new FakeBackend({ datasets: 2 });
  served = await serveConsole({ backend, assets, port: 0 });
});
afterAll(() => served.close());
beforeEach(() => {
  backend.broken = undefined;
});

const token = () => ({ "x-sluice-token": served.token });
const origin = () => ({ origin: `http://127.0.0.1:${served.port}` });
const rerun = (headers: Record<string, string>, body = '{"execution":"e","force":false}') =>
  ask(served, "/api/rerun", { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
const seen = ({ status, json }: Answer) => [status, json()];

describe("who is let in", () => {
  test("the page, without a token: it holds no data", async () => {
    const { status, text, headers } = await ask(served, "/");
    expect([status, text]).toEqual([200, "<p>page</p>"]);
    expect(headers["content-security-policy"]).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(headers["content-security-policy"]).not.toMatch(/unsafe/);
    expect(headers).toMatchObject({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
  });

  test.each(["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost"])(
    "no other Host, not even for the page: %s",
    async (host) => {
      expect((await ask(served, "/", { headers: { host } })).status).toBe(421);
      expect((await ask(served, "/api/overview", { headers: { host, ...token() } })).status).toBe(421);
    },
  );

  test("localhost with the right port is the same place", async () => {
    const host = `localhost:${served.port}`;
    expect((await ask(served, "/api/overview", { headers: { host, ...token() } })).status).toBe(200);
  });

  test.each([undefined, "", "x", "é", `${"a".repeat(43)}`])("no data without the token: %s", async (given) => {
    const headers: Record<string, string> = given === undefined ? {} : { "x-sluice-token": given };
    expect(seen(await ask(served, "/api/overview", { headers }))).toEqual([
      401,
      { error: "NotLetIn", message: expect.stringContaining("the command printed") },
    ]);
  });

  test("a write needs the token, the page's own Origin and JSON, and does nothing otherwise", async () => {
    expect((await rerun({ ...origin() })).status).toBe(401);
    expect((await rerun({ ...token() })).status).toBe(403);
    expect((await rerun({ ...token(), origin: "http://evil.example" })).status).toBe(403);
    expect((await rerun({ ...token(), origin: "null" })).status).toBe(403);
    expect((await rerun({ ...token(), ...origin(), "content-type": "text/plain" })).status).toBe(415);
    expect(backend.reruns).toEqual([]);
    expect((await rerun({ ...token(), ...origin() })).status).toBe(200);
    expect(backend.reruns).toEqual([{ execution: "e", force: false }]);
  });

  test("a foreign page may not read either", async () => {
    const headers = { ...token(), origin: "http://evil.example" };
    expect((await ask(served, "/api/overview", { headers })).status).toBe(403);
  });

  test("tokens are long, each another, and compared whole", () => {
    const one = makeToken();
    expect(one).toMatch(/^[\w-]{43}$/);
    expect(makeToken()).not.toBe(one);
    expect([isToken(one, one), isToken(one.slice(1), one), isToken(`${one}x`, one), isToken("", one)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test("it listens on 127.0.0.1 only, and its address has the token in the fragment", () => {
    expect(served.url).toBe(`http://127.0.0.1:${served.port}/#token=${served.token}`);
  });
});

describe("what is answered", () => {
  const overview = (since: number) => ask(served, `/api/overview?since=${since}`, { headers: token() });

  test("the second look brings only the rows that changed", async () => {
    const first = (await overview(0)).json() as { version: number; rows: unknown[]; order: string[] };
    expect(first.rows).toHaveLength(2);
    expect(await overview(first.version).then(({ json }) => json())).toMatchObject({ rows: [], order: first.order });
    const [dataset = ""] = first.order;
    backend.setCell(dataset, "2026-11-25T02", "failed");
    const next = (await overview(first.version)).json();
    expect(next).toMatchObject({ version: first.version + 1, rows: [{ dataset }] });
    // A page that knows a later version than there ever was begins anew.
    expect(await overview(99).then(({ json }) => json())).toMatchObject({ rows: [{}, {}] });
  });

  test.each([
    ["/api/overview?since=x", 400, "RequestWrong"],
    ["/api/attempts?dataset=orders_web", 400, "RequestWrong"],
    ["/api/attempts?dataset=nothing&partition=2026-11-25", 404, "NotThere"],
    ["/api/run?execution=gone", 404, "NotThere"],
    ["/api/constructor", 404, "NotThere"],
    ["/elsewhere", 404, "NotThere"],
  ])("%s: %i %s", async (path, status, error) => {
    expect(seen(await ask(served, path, { headers: token() }))).toEqual([
      status,
      { error, message: expect.any(String) },
    ]);
  });

  test("a body that is no JSON, another shape, or too long is refused", async () => {
    const headers = { ...token(), ...origin() };
    expect((await rerun(headers, "{")).status).toBe(400);
    expect((await rerun(headers, '{"execution":"e","force":false,"more":1}')).status).toBe(400);
    expect((await rerun(headers, `"${"x".repeat(20_000)}"`)).status).toBe(400);
  });

  test("an error of the account keeps its name and sentence", async () => {
    backend.broken = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
    expect(seen(await overview(0))).toEqual([502, { error: "ThrottlingException", message: "Rate exceeded" }]);
  });
});
