import { readdirSync, readFileSync } from "node:fs";
import { type Account, AwsError, type Call, type Shape } from "../../local/call/call.js";
import { passwordHash } from "../../local/redshift/dialect/passwords.js";
import { passingErrors } from "../../state-machines/passing-errors.js";
import type { MatrixAccount } from "./matrix-account.js";
import { callerOf, type Intervention } from "./seam.js";
import { projectName } from "./variants.js";

/** A fault that is more than one call that goes wrong. */
export interface Special {
  /** Prepares the account; what it returns stands at the seam while the batch loads. */
  prepare(account: MatrixAccount): Intervention | undefined;
  /** Called when the execution has failed, before it is redriven, and at the end. */
  restore?(account: MatrixAccount): Promise<void>;
}

const isEvent = (call: Call) => call.service === "lambda" && callerOf(call) === "events.amazonaws.com";
const isNotification = (call: Call) => call.service === "lambda" && callerOf(call) === "s3.amazonaws.com";
const isSubmit = (call: Call) => call.service === "redshift-data" && /^(Batch)?ExecuteStatement$/.test(call.operation);
const isLoad = (call: Call) => isSubmit(call) && JSON.stringify(call.input).includes("sluice.guard");

/** Acts at the n-th call (from 0) that is meant. */
function at(
  isMeant: (call: Call) => boolean,
  nth: number,
  act: (account: MatrixAccount, call: Call, host: Account) => Promise<Shape | undefined>,
): Special {
  return {
    prepare(account) {
      let seen = 0;
      return async (call, host) => (isMeant(call) && seen++ === nth ? act(account, call, host) : undefined);
    },
  };
}

const lose = async () => ({ StatusCode: 202 });

/** The call is made once more, before or after itself. */
const twice = async (account: MatrixAccount, call: Call) => {
  await account.seam.perform(call);
  return undefined;
};

const isConversion = (call: Call) =>
  call.service === "lambda" && call.operation === "Invoke" && /convert-batch/.test(String(call.input.FunctionName));

/** What Lambda answers for a function that it has ended, as of now or after all of its work. */
const ended = (errorType: string, hasWorked: boolean) => async (account: MatrixAccount, call: Call) => {
  if (hasWorked) await account.seam.perform(call);
  const Payload = Buffer.from(JSON.stringify({ errorType, errorMessage: "by the matrix" }));
  return { StatusCode: 200, ExecutedVersion: "$LATEST", FunctionError: "Unhandled", Payload };
};

const isReport = (call: Call) =>
  call.operation === "PutObject" &&
  callerOf(call).endsWith("-convert-batch-role") &&
  String(call.input.Key).endsWith("/report.json");

/** `kill -9` of every function in Python that this process runs, in the midst of their call. */
async function killFunctions(): Promise<never> {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const text = (name: string) => {
      try {
        return readFileSync(`/proc/${pid}/${name}`, "utf8");
      } catch {
        return "";
      }
    };
    const isOurs = new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(text("status"));
    if (isOurs && text("cmdline").includes("lambda_host")) process.kill(Number(pid), "SIGKILL");
  }
  throw new AwsError("InternalError", "nobody waits for this answer", { statusCode: 500 });
}

/** Every call of the Lambda is throttled, until the execution has failed or Glue has taken over. */
function throttledForLong(): Special {
  let isOver = false;
  return {
    prepare() {
      isOver = false;
      return async (call) => {
        if (isOver || !isConversion(call)) return undefined;
        throw new AwsError("TooManyRequestsException", "Rate Exceeded.", { statusCode: 429 });
      };
    },
    restore: async () => {
      isOver = true;
    },
  };
}

/** An event that comes after all that happened later: the heartbeat has been missed by then. */
const late = async (account: MatrixAccount, call: Call, host: Account) => {
  void host.clock.sleep(1_200_000).then(() => account.seam.perform(call).catch(() => undefined));
  return { StatusCode: 202 };
};

const jobsEnd = (...endings: Parameters<MatrixAccount["endJobsWith"]>[0]): Special => ({
  prepare(account) {
    account.endJobsWith(endings);
    return undefined;
  },
  restore: async (account) => account.endJobsWith([]),
});

/** The statement is cancelled by somebody as soon as it is there. */
const abort = async (account: MatrixAccount, call: Call) => {
  const output = await account.seam.perform(call);
  await account.seam
    .perform({ ...call, operation: "CancelStatement", input: { Id: output.Id } })
    .catch(() => undefined);
  return output;
};

const setStatus = (account: MatrixAccount, operation: "PauseCluster" | "ResumeCluster") =>
  account.call("redshift", operation, { ClusterIdentifier: projectName }).catch(() => undefined);

const loader = "sluice_loader";
const loaderSecret = `${projectName}/warehouse/loader`;

/** Rotation as Secrets Manager does it: the database's password first, the secret a moment later. */
const rotate = async (account: MatrixAccount, call: Call) => {
  const warehouse = await account.open.services.redshift.warehouse(projectName);
  const password = `Rotated-${Date.now()}-1`;
  await warehouse.setPasswordHash(loader, passwordHash(password));
  const answer = await account.seam.perform(call);
  const { SecretString } = await account.call("secretsmanager", "GetSecretValue", { SecretId: loaderSecret });
  const secret: unknown = JSON.parse(String(SecretString));
  const next = JSON.stringify({ ...(typeof secret === "object" ? secret : {}), password });
  await account.call("secretsmanager", "PutSecretValue", { SecretId: loaderSecret, SecretString: next });
  return answer;
};

/** The first transaction of the load meets an error of the warehouse, in place of its guard; the next finds the guard again. */
const says = (text: string): Special => {
  let guard: string | undefined;
  const restore = async (account: MatrixAccount) => {
    if (guard !== undefined) await account.sql(guard);
    guard = undefined;
  };
  return {
    prepare(account) {
      let loads = 0;
      return async (call) => {
        if (!isLoad(call)) return undefined;
        if (loads++ > 0) await restore(account);
        else guard = await raiseInGuard(account, text);
        return undefined;
      };
    },
    restore,
  };
};

/** Somebody reads the table from before the load until somebody helps: what needs it alone waits in vain. */
const readByOthers = (): Special => {
  let release: (() => Promise<void>) | undefined;
  return {
    prepare: (account) => async (call) => {
      const [, dataset] = /"sales"\."(\w+?)(?:__|")/.exec(JSON.stringify(call.input).replaceAll('\\"', '"')) ?? [];
      if (isLoad(call) && dataset !== undefined) release ??= await account.hold(dataset);
      return undefined;
    },
    restore: async () => {
      await release?.();
      release = undefined;
    },
  };
};

/** @returns the guard's definition as it was */
async function raiseInGuard(account: MatrixAccount, text: string): Promise<string> {
  const [found] = await account.sql(
    "SELECT pg_get_functiondef(p.oid) AS text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'sluice' AND p.proname = 'guard'",
  );
  const definition = String(found?.text);
  const raising = `BEGIN RAISE EXCEPTION '%', '${text.replace(/^ERROR: */, "").replaceAll("'", "''")}'; END;`;
  await account.sql(definition.replace(/AS \$(\w*)\$[\s\S]*\$\1\$/, () => `AS $raise$ ${raising} $raise$`));
  return definition;
}

/** Every fault that is not one call × one kind, by name. */
export const specials: Readonly<Record<string, Special>> = {
  "event of the delivery lost": at(isNotification, 0, lose),
  "event of the delivery twice": at(isNotification, 0, twice),
  "event of the delivery late": at(isNotification, 0, late),
  "event of a statement lost": at(isEvent, 0, lose),
  "event of the load lost": at(isEvent, 1, lose),
  "event of the load twice": at(isEvent, 1, twice),
  "event of the load late": at(isEvent, 1, late),
  "job FAILED": jobsEnd("FAILED"),
  "job STOPPED": jobsEnd("STOPPED"),
  "job TIMEOUT": jobsEnd("TIMEOUT"),
  "job without a report": jobsEnd("silent"),
  "job reads too little": jobsEnd("short"),
  "job started twice": at((call) => call.operation === "StartJobRun", 0, twice),
  "Lambda out of memory before it wrote": at(isConversion, 0, ended("Runtime.ExitError", false)),
  "Lambda killed before its report": at(isReport, 0, killFunctions),
  "Lambda killed after its report": at(isConversion, 0, ended("Runtime.ExitError", true)),
  "Lambda out of time": at(isConversion, 0, ended("Sandbox.Timedout", true)),
  "Lambda throttled for long": throttledForLong(),
  "crawler already running": at((call) => call.operation === "StartCrawler", 0, twice),
  "inspection ABORTED": at(isSubmit, 0, abort),
  "load ABORTED": at(isLoad, 0, abort),
  "load submitted twice": at(isLoad, 0, twice),
  "secret rotated in between": at((call) => call.operation === "GetSecretValue", 1, rotate),
  ...Object.fromEntries(passingErrors.map(({ name, example }) => [`warehouse says: ${name}`, says(example)])),
  "table read by others": readByOthers(),
  "cluster paused": {
    prepare: (account) => {
      let isPaused = false;
      return async (call) => {
        if (isLoad(call) && !isPaused) {
          isPaused = true;
          await setStatus(account, "PauseCluster");
        }
        return undefined;
      };
    },
    restore: async (account) => {
      await setStatus(account, "ResumeCluster");
    },
  },
};

/** Whether a fault can be met by a run with these calls. */
export function canBeMet(special: string, operations: ReadonlySet<string>): boolean {
  if (special.startsWith("crawler ")) return operations.has("StartCrawler");
  if (special.startsWith("job ")) return operations.has("StartJobRun");
  return !special.startsWith("Lambda ") || operations.has("Invoke convert-batch");
}

/** What guards against faults, taken out: the matrix must find each. */
export const sabotages = {
  guard: withoutStatements(/^CALL "?sluice"?\."?guard/im),
  "ledger row": withoutStatements(/INSERT INTO "?sluice"?\."?loads_/i),
  "report check": async (call: Call, host: Account, perform: (call: Call) => Promise<Shape>) => {
    const isCheck = call.service === "lambda" && String(call.input.FunctionName).includes("check-report");
    if (!isCheck) return undefined;
    return uncheckedReport(call, host, perform);
  },
} as const;
export type Sabotage = keyof typeof sabotages;

type Sabotaged = (call: Call, host: Account, perform: (call: Call) => Promise<Shape>) => Promise<Shape | undefined>;

function withoutStatements(unwanted: RegExp): Sabotaged {
  return async (call, _host, perform) => {
    const { Sqls } = call.input;
    if (!isSubmit(call) || !Array.isArray(Sqls)) return undefined;
    const left = Sqls.filter((sql) => !unwanted.test(String(sql)));
    if (left.length === Sqls.length) return undefined;
    return perform({ ...call, input: { ...call.input, Sqls: left } });
  };
}

/** What check-report answers, believed without a look. */
async function uncheckedReport(call: Call, host: Account, perform: (call: Call) => Promise<Shape>): Promise<Shape> {
  const { batch, run } = JSON.parse(Buffer.from(asBytes(call.input.Payload)).toString("utf8"));
  const reportFile = `${batch.runFolder}${run.runId}/report.json`;
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(reportFile) ?? [];
  const principal = { arn: `arn:aws:iam::${host.accountId}:root`, accountId: host.accountId, kind: "root" } as const;
  const { Body } = await perform({ service: "s3", operation: "GetObject", input: { Bucket, Key }, principal });
  const report = JSON.parse(await textOf(Body));
  const answer = { reportFile, counts: report.counts, copyManifest: report.copy_manifest, warnings: [] };
  return { StatusCode: 200, ExecutedVersion: "$LATEST", Payload: Buffer.from(JSON.stringify(answer)) };
}

const asBytes = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array());

async function textOf(body: unknown): Promise<string> {
  if (typeof body === "object" && body !== null && "text" in body && typeof body.text === "function")
    return body.text();
  throw new TypeError("a report without content");
}
