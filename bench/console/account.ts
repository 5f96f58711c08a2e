import { once } from "node:events";
import { createServer } from "node:http";
import { createClients } from "../../cli/account/clients.js";
import type { Session } from "../../cli/account/session.js";
import { compileContract } from "../../contract/compile.js";
import type { Contract } from "../../contract/contract.js";
import { executionName } from "../../contract/layout.js";
import { DatasetFile, ProjectFile } from "../../contract/schema.js";

/** How large the account is. It answers each call after a while, as AWS does, and counts the calls. */
export const sizes = { sources: 10, datasets: 300, loads: 100_000 } as const;
/** What a call to Step Functions takes from the same region. */
const answerMs = 60;
const now = Date.now();

interface Listed {
  readonly name: string;
  readonly startDate: number;
  readonly status: string;
}

const arnOf = (source: string, kind: string, name = "") =>
  `arn:aws:states:eu-west-1:000000000000:${kind}:bench-${source}-load-partition${name === "" ? "" : `:${name}`}`;
const sourceName = (index: number) => `s${index % sizes.sources}`;
const partitionOf = (time: number) => new Date(time).toISOString().slice(0, 13);

/** Newest first, of each source. One in 400 failed. */
function listedBySource(contracts: readonly Contract[]): ReadonlyMap<string, readonly Listed[]> {
  const each = Math.ceil(sizes.loads / contracts.length);
  const lists = new Map<string, Listed[]>();
  for (const { dataset, source } of contracts) {
    const list = lists.get(source) ?? [];
    lists.set(source, list);
    for (let hour = 0; hour < each; hour++) {
      const startDate = now - (hour + 1) * 3_600_000;
      const partition = partitionOf(startDate);
      const name = executionName(dataset, partition, `${dataset}/${partition}/_manifest.json`, "v1");
      list.push({ name, startDate, status: (hour * 7 + list.length) % 400 === 3 ? "FAILED" : "SUCCEEDED" });
    }
  }
  for (const list of lists.values()) list.sort((a, b) => b.startDate - a.startDate);
  return lists;
}

export const largeContracts = (): readonly Contract[] =>
  Array.from({ length: sizes.datasets }, (_, index) =>
    compileContract(
      DatasetFile.parse({
        ...{ dataset: `dataset_${index}`, source: sourceName(index), partition: "hour", format: { type: "json" } },
        columns: [{ name: "id", type: "bigint", required: true }],
        table: { name: `bench.dataset_${index}` },
        load: { mode: "upsert", key: ["id"] },
        expect: { every: "1h", within: "2h" },
      }),
    ),
  );

/** Serves the account on this machine. */
export async function serveAccount() {
  const lists = listedBySource(largeContracts());
  const calls = new Map<string, number>();
  const answers: Readonly<Record<string, (input: Readonly<Record<string, string>>) => unknown>> = {
    ListExecutions: (input) => listed(lists, input),
    DescribeExecution: ({ executionArn = "" }) => described(lists, executionArn),
  };
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      const operation =
        String(request.headers["x-amz-target"] ?? "S3")
          .split(".")
          .at(-1) ?? "";
      calls.set(operation, (calls.get(operation) ?? 0) + 1);
      const text = operation === "S3" ? emptyList : JSON.stringify(answers[operation]?.(JSON.parse(body)) ?? {});
      const type = operation === "S3" ? "application/xml" : "application/x-amz-json-1.0";
      setTimeout(() => response.writeHead(200, { "content-type": type }).end(text), answerMs);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the account is not listening");
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { endpoint: `http://127.0.0.1:${address.port}`, calls, close };
}

function listed(lists: ReadonlyMap<string, readonly Listed[]>, input: Readonly<Record<string, string>>) {
  const { stateMachineArn = "", statusFilter, redriveFilter, maxResults = "100", nextToken = "0" } = input;
  if (statusFilter !== undefined || redriveFilter !== undefined) return { executions: [] };
  const source = /:bench-(\w+)-load-partition$/.exec(stateMachineArn)?.[1] ?? "";
  const [from, to] = [Number(nextToken), Number(nextToken) + Number(maxResults)];
  const list = lists.get(source) ?? [];
  const executions = list.slice(from, to).map(({ name, startDate, status }) => ({
    ...{ name, status, stateMachineArn, executionArn: arnOf(source, "execution", name), redriveCount: 0 },
    ...{ startDate: startDate / 1000, stopDate: startDate / 1000 + 40 },
  }));
  return { executions, ...(to < list.length ? { nextToken: String(to) } : {}) };
}

function described(lists: ReadonlyMap<string, readonly Listed[]>, executionArn: string) {
  const name = executionArn.slice(executionArn.lastIndexOf(":") + 1);
  const source = /:bench-(\w+)-load-partition:/.exec(executionArn)?.[1] ?? "";
  const found = lists.get(source)?.find((each) => each.name === name);
  const [dataset = "", digits = ""] = name.split("-");
  const folder = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8), digits.slice(8, 10)].join("/");
  const input = { dataset, manifest: { bucket: "landing", key: `${dataset}/${folder}/_manifest.json` } };
  const startDate = (found?.startDate ?? now) / 1000;
  const counts = { read: 1000, written: 990, deduplicated: 5, rejected: 5, inserted: 990, updated: 0 };
  return {
    ...{ executionArn, name, startDate, stopDate: startDate + 40, input: JSON.stringify(input) },
    ...(found?.status === "FAILED"
      ? { status: "FAILED", error: "StatementFailed", cause: "Disk full" }
      : { status: "SUCCEEDED", output: JSON.stringify({ outcome: "loaded", counts }) }),
  };
}

const emptyList = '<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';

/** A session over the account that is served there. */
export function sessionTo(endpoint: string): Session {
  const contracts = largeContracts();
  const names = Array.from({ length: sizes.sources }, (_, index) => sourceName(index));
  const sources = Object.fromEntries(names.map((name) => [name, { landing: "create" }]));
  const project = ProjectFile.parse({ name: "bench", region: "eu-west-1", warehouse: { create: {} }, sources });
  return {
    project: { folder: ".", project, contracts, findings: [] },
    clients: createClients({ region: "eu-west-1", local: { endpoint, accessKeyId: "a", secretAccessKey: "b" } }),
    deployment: {
      ...{ project, account: "000000000000", stateMachines: new Map() },
      bucket: (source, kind) => `${source}-${kind}`,
      loadPartition: (source) => arnOf(source, "stateMachine"),
    },
    pollEveryMs: 1000,
  };
}
