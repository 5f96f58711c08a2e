import { parseArgs } from "node:util";
import { exceptions, mostExceptions } from "./exceptions.js";
import { Proof, type Use } from "./proof.js";
import { textOf } from "./withholding.js";

/**
 * `npm run permissions [-- --only TEXT] [--list]`: takes each action of each role's policy away, one at a time, and sees a
 * minimal run end in AccessDenied. Ends with one line of JSON; exit 0 when every granted action was shown to be needed, or
 * is listed with the fact that asks for it. `--list` only says what is granted, used and never used.
 */
const { values } = parseArgs({ options: { only: { type: "string" }, list: { type: "boolean", default: false } } });

const began = Date.now();
const wrong: string[] = [];
const granted = new Set<string>();
const used = new Set<string>();
let tried = 0;

for (const open of [Proof.ofLoads, Proof.ofSchedules]) {
  const proof = await open(console.log);
  try {
    for (const grant of proof.granted) granted.add(textOf(grant));
    const uses = proof.uses.filter(({ grant }) => !used.has(textOf(grant)));
    for (const { grant } of uses) used.add(textOf(grant));
    if (!values.list) await withholdEach(proof, uses);
  } finally {
    await proof.close();
  }
}

const unused = [...granted].filter((grant) => !used.has(grant)).sort();
for (const grant of unused) {
  const why = exceptions.find(({ matches }) => matches(grant))?.why;
  console.log(`never used here: ${grant}: ${why ?? "NO REASON IS WRITTEN DOWN"}`);
  if (why === undefined) wrong.push(`${grant}: granted and never used`);
}
for (const { matches, what } of exceptions) {
  if (!unused.some(matches)) wrong.push(`${what}: listed as an exception, and nothing is excepted`);
}
if (exceptions.length > mostExceptions) wrong.push(`${exceptions.length} exceptions, at most ${mostExceptions}`);
for (const text of wrong) console.log(`wrong: ${text}`);
const seconds = Math.round((Date.now() - began) / 1000);
const runs = { granted: granted.size, used: used.size, exceptions: exceptions.length, seconds };
console.log(JSON.stringify({ name: "permissions", tried, wrong: wrong.length, target: 0, runs }));
process.exitCode = wrong.length === 0 ? 0 : 1;

async function withholdEach(proof: Proof, uses: readonly Use[]): Promise<void> {
  const chosen = uses.filter(({ grant }) => values.only === undefined || textOf(grant).includes(values.only));
  for (const [index, use] of chosen.entries()) {
    const verdict = await proof.withhold(use);
    tried++;
    const how = verdict.wrong === undefined ? "AccessDenied" : `WRONG ${verdict.wrong}`;
    console.log(`${index + 1}/${chosen.length} ${textOf(use.grant)}, ${verdict.run}: ${how}`);
    if (verdict.wrong !== undefined) wrong.push(`${textOf(use.grant)}: ${verdict.wrong}`);
  }
}
