import { DeleteObjectCommand, PutObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import { Pause } from "../../console/model/api.js";
import type { Contract } from "../../contract/contract.js";
import { pausedFolder, pausedKey } from "../../contract/layout.js";
import type { Session } from "../account/session.js";
import { listKeys, readTextIfThere } from "../loads/run-folder.js";
import { CommandFailed, UsageWrong } from "../output/exit-codes.js";

type Account = Pick<Session, "clients" | "deployment">;
type Scheduled = Pick<Contract, "dataset" | "source" | "schedule">;

/** The schedule of a contract. @throws UsageWrong when it has none */
export function scheduleOf({ dataset, schedule }: Scheduled): NonNullable<Contract["schedule"]> {
  if (schedule !== null) return schedule;
  throw new UsageWrong(
    `${dataset} has no schedule: its loads start when its files arrive, and there is nothing to pause or resume.`,
  );
}

const bucketOf = ({ deployment }: Account, { source }: Scheduled) => deployment.bucket(source, "processed");

/** @returns null while the schedule runs */
export async function readPause(account: Account, contract: Scheduled): Promise<Pause | null> {
  const text = await readTextIfThere(account.clients, bucketOf(account, contract), pausedKey(contract.dataset));
  return text === undefined ? null : Pause.parse(JSON.parse(text));
}

/**
 * Pauses a schedule: planned times pass, and no load is started, until it is resumed. What runs already goes on.
 * @returns the pause that was there before, which is left as it is; null when this one is new
 * @throws UsageWrong without a schedule, CommandFailed when the credentials may not
 */
export async function pause(account: Account, contract: Scheduled, made: Pause): Promise<Pause | null> {
  scheduleOf(contract);
  const before = await readPause(account, contract);
  if (before !== null) return before;
  const [Bucket, Key] = [bucketOf(account, contract), pausedKey(contract.dataset)];
  const put = new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(made), ContentType: "application/json" });
  await allowed(`s3://${Bucket}/${Key}`, "s3:PutObject", () => account.clients.s3.send(put));
  return null;
}

/** @returns the pause that is over; null when there was none. @throws UsageWrong, CommandFailed */
export async function resume(account: Account, contract: Scheduled): Promise<Pause | null> {
  scheduleOf(contract);
  const before = await readPause(account, contract);
  if (before === null) return null;
  const [Bucket, Key] = [bucketOf(account, contract), pausedKey(contract.dataset)];
  const remove = new DeleteObjectCommand({ Bucket, Key });
  await allowed(`s3://${Bucket}/${Key}`, "s3:DeleteObject", () => account.clients.s3.send(remove));
  return before;
}

/** Since when schedules are paused: dataset → ISO time. Sources without a schedule are not asked. */
export async function pausedSchedules(
  { clients, deployment }: Account,
  contracts: readonly Scheduled[],
): Promise<ReadonlyMap<string, string>> {
  const sources = new Set(contracts.flatMap(({ source, schedule }) => (schedule === null ? [] : [source])));
  const found = await Promise.all(
    [...sources].map((source) => listKeys(clients, deployment.bucket(source, "processed"), pausedFolder)),
  );
  const since = new Map(found.flat().map(({ key, time }) => [key, new Date(time).toISOString()]));
  return new Map(
    contracts.flatMap(({ dataset, schedule }) => {
      const at = since.get(pausedKey(dataset));
      return at === undefined || schedule === null ? [] : [[dataset, at] as const];
    }),
  );
}

async function allowed(url: string, action: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.name !== "AccessDenied") throw error;
    throw new CommandFailed(
      `These credentials may not ${action} ${url}: nothing was changed. Use a role that is listed under administrators: in sluice.yaml and has that permission.`,
    );
  }
}
