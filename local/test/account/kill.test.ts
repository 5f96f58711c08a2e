import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "@jest/globals";
import { type OpenAccount, openAccount } from "../../account.js";
import { lambda, role, temporaryFolder, writeAssembly } from "./small-assembly.js";

const notes = join(temporaryFolder(), "notes");

const assemblyFolder = writeAssembly({
  resources: {
    Role: role("seen-role"),
    Seen: lambda("seen", "Role", { Environment: { Variables: { NOTES: notes } } }),
    Permission: {
      Type: "AWS::Lambda::Permission",
      Properties: {
        Action: "lambda:InvokeFunction",
        FunctionName: { "Fn::GetAtt": ["Seen", "Arn"] },
        Principal: "s3.amazonaws.com",
        SourceArn: "arn:aws:s3:::landing",
      },
    },
    Landing: {
      Type: "AWS::S3::Bucket",
      Properties: {
        BucketName: "landing",
        VersioningConfiguration: { Status: "Enabled" },
        NotificationConfiguration: {
          LambdaConfigurations: [
            {
              Event: "s3:ObjectCreated:*",
              Function: { "Fn::GetAtt": ["Seen", "Arn"] },
              Filter: { S3Key: { Rules: [{ Name: "suffix", Value: "manifest.json" }] } },
            },
          ],
        },
      },
    },
  },
  code: {
    seen: {
      "index.js": `exports.handler = async (event) => {
        for (const { s3, eventName } of event.Records) require("node:fs").appendFileSync(process.env.NOTES, eventName + " " + decodeURIComponent(s3.object.key.replaceAll("+", " ")) + "\\n");
      };`,
    },
  },
});

const opened: OpenAccount[] = [];
afterEach(async () => {
  for (const account of opened.splice(0)) await account.close();
});

async function open(stateFolder: string): Promise<OpenAccount> {
  const account = await openAccount({ assemblyFolder, stateFolder });
  opened.push(account);
  return account;
}

/** Runs the process until it has told of so many objects, then kills it. Returns the last that it told of. */
async function killAfter(stateFolder: string, first: number, count: number): Promise<number> {
  const script = resolve("local/test/account/killed-account.mts");
  const child = spawn(process.execPath, ["--import", "tsx", script, assemblyFolder, stateFolder, String(first)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  let last = first - 1;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (last - first + 1 === count) child.kill("SIGKILL");
  }
  // Its output may end a moment before its process does.
  await ended;
  return last;
}

test("after kill -9 every object that was acknowledged is there, and its event is delivered", async () => {
  const stateFolder = temporaryFolder();
  const first = await killAfter(stateFolder, 0, 7);
  const last = await killAfter(stateFolder, first + 1, 25);
  // What a kill in the midst of a write would leave.
  writeFileSync(join(stateFolder, "s3", "landing", "index.jsonl"), '{"do":"put","version":{"key":"torn', { flag: "a" });
  const account = await open(stateFolder);
  for (let number = 0; number <= last; number += 1) {
    const input = { Bucket: "landing", Key: `in/${number}.manifest.json` };
    await expect(
      account.call({ service: "s3", operation: "HeadObject", input, principal: account.root }),
    ).resolves.toMatchObject({ ContentLength: `body ${number}`.length });
  }
  await account.services.settled();
  const told = new Set(readFileSync(notes, "utf8").trim().split("\n"));
  for (let number = 0; number <= last; number += 1)
    expect(told).toContain(`ObjectCreated:Put in/${number}.manifest.json`);
  await account.close();
  expect(existsSync(join(stateFolder, "lock.json"))).toBe(false);
}, 60_000);

test("a state folder serves one process at a time", async () => {
  const stateFolder = temporaryFolder();
  const account = await open(stateFolder);
  await expect(open(stateFolder)).rejects.toThrow(`${stateFolder} is in use by process ${process.pid}`);
  await account.close();
  const again = await open(stateFolder);
  expect(again.credentials).toEqual(account.credentials);
});
