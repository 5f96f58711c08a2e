import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { VirtualClock } from "../../call/virtual-clock.js";
import { type Delivery, DeliveryQueue, type Outcome } from "../../persistence/delivery-queue.js";
import { readJsonFile, writeFileWhole } from "../../persistence/files.js";
import { lockFolder } from "../../persistence/folder-lock.js";
import { Journal } from "../../persistence/journal.js";
import { temporaryFolder } from "../account/small-assembly.js";

describe("a journal", () => {
  const path = () => join(temporaryFolder(), "j.jsonl");
  const open = (file: string) => {
    const seen: number[] = [];
    return {
      seen,
      journal: Journal.open(
        file,
        (value) => z.number().parse(value),
        (entry) => seen.push(entry),
      ),
    };
  };

  test("gives back what was appended, and drops a torn last line for good", () => {
    const file = path();
    const first = open(file).journal;
    first.append(1);
    first.append(2, 3);
    first.close();
    appendFileSync(file, "4");
    const second = open(file);
    expect(second.seen).toEqual([1, 2, 3]);
    second.journal.append(5);
    second.journal.close();
    expect(open(file).seen).toEqual([1, 2, 3, 5]);
  });

  test("keeps what compacting kept", () => {
    const file = path();
    const { journal } = open(file);
    journal.append(1, 2, 3);
    journal.compact([3]);
    journal.append(4);
    expect(readFileSync(file, "utf8")).toBe("3\n4\n");
  });

  test("names file and line of an entry that is none", () => {
    const file = path();
    writeFileSync(file, '1\n"two"\n');
    expect(() => open(file)).toThrow(new RegExp(`${file}, line 2: `, "s"));
  });
});

describe("a delivery queue", () => {
  const folder = temporaryFolder();
  const clock = new VirtualClock(0);
  const open = (name: string, deliver: (delivery: Delivery<string>) => Promise<Outcome>) =>
    new DeliveryQueue({ path: join(folder, name), clock, parse: (item) => z.string().parse(item), deliver });

  test("delivers until it is done, counting the attempts, also over a restart", async () => {
    const seen: string[] = [];
    const never = open("q", async () => ({ outcome: "done" }));
    never.push("kept");
    await never.stop();
    const queue = open("q", async ({ item, attempts }) => {
      seen.push(`${item} ${attempts} at ${clock.now()}`);
      return attempts < 2 ? { outcome: "later", waitMs: 60_000, countsAsAttempt: true } : { outcome: "done" };
    });
    queue.start();
    while (queue.size > 0) await clock.sleep(1000);
    expect(seen).toEqual(["kept 0 at 0", "kept 1 at 60000", "kept 2 at 120000"]);
    await queue.stop();
    expect(open("q", async () => ({ outcome: "done" })).size).toBe(0);
  });

  test("asks again when the deliverer itself fails", async () => {
    let asked = 0;
    const queue = open("failing", async () => {
      asked += 1;
      if (asked === 1) throw new Error("a fault");
      return { outcome: "done" };
    });
    queue.start();
    queue.push("x");
    while (queue.size > 0) await clock.sleep(1000);
    expect(asked).toBe(2);
    await queue.stop();
  });
});

test("a file is written whole, for its owner alone where asked", () => {
  const file = join(temporaryFolder(), "deep", "secret.json");
  writeFileWhole(file, '{"a":1}', 0o600);
  expect([readJsonFile(file), statSync(file).mode & 0o777]).toEqual([{ a: 1 }, 0o600]);
  expect(readJsonFile(`${file}.none`)).toBeUndefined();
});

describe("the lock of a folder", () => {
  test("keeps a second taker out until it is given back", () => {
    const folder = temporaryFolder();
    const unlock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(`${folder} is in use by process ${process.pid}`);
    unlock();
    lockFolder(folder)();
  });

  test.each([
    ["of a process that is gone", JSON.stringify({ pid: 2 ** 22 + 1, startedAt: "1" })],
    ["of a process whose number was given out again", JSON.stringify({ pid: process.pid, startedAt: "1" })],
    ["that was torn", '{"pid":'],
  ])("%s is taken over", (_what, content) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "lock.json"), content);
    lockFolder(folder)();
  });
});
