import { openAccount } from "../../account.js";

/** A process that can be killed: opens an account and puts objects one after the other, telling each once it is there. */
const [assemblyFolder = "", stateFolder = "", first = "0"] = process.argv.slice(2);
const account = await openAccount({ assemblyFolder, stateFolder });
for (let number = Number(first); ; number += 1) {
  const input = { Bucket: "landing", Key: `in/${number}.manifest.json`, Body: `body ${number}` };
  await account.call({ service: "s3", operation: "PutObject", input, principal: account.root });
  process.stdout.write(`${number}\n`);
}
