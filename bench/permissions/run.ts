import { parseArgs } from "node:util";
import { people } from "../../cli/permissions/policies.js";
import { exceptions, mostExceptions } from "./exceptions.js";
import { PeopleProof } from "./people-proof.js";
import { Proof, type Use } from "./proof.js";
import { type Grant, textOf } from "./withholding.js";

/**
 * `npm run permissions [-- --only TEXT] [--list]`: takes each action of each role's policy away, one at a time, and sees a
 * minimal run end in AccessDenied; then the same with the policies of people (`sluice permissions`) and their commands.
 * Ends with one line of JSON; exit 0 when every granted action was shown to be needed, or is listed with the fact that asks
 * for it. `--list` only says what is granted, used and never used. `--only people` leaves the project's own roles out.
 */
const { values } = parseArgs({ options: { only: { type: "string" }, list: { type: "boolean", default: false } } });

const began = Date.now();
const wrong: string[] = [];
const granted = new Set<string>();
const used = new Set<string>();
let tried = 0;
/** People's actions are told apart by statement too; an exception is of the action. */
const exceptedAs = ({ role, action }: Grant) => `${role} ${action}`;

const isMeant = (grant: Grant) =>
  values.only === undefined || values.only === "people" || textOf(grant).includes(values.only);

if (values.only !== "people") await proveMachines();
await provePeople();
report();

async function proveMachines(): Promise<void> {
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
}

async function withholdEach(proof: Proof, uses: readonly Use[]): Promise<void> {
  const chosen = uses.filter(({ grant }) => isMeant(grant));
  for (const [index, use] of chosen.entries()) {
    tell(`${index + 1}/${chosen.length}`, use.grant, await proof.withhold(use));
  }
}

async function provePeople(): Promise<void> {
  const proof = await PeopleProof.open();
  try {
    for (const person of people) {
      await proof.record(person, () => true, console.log);
      const grants = proof.grants(person);
      for (const grant of grants) {
        granted.add(exceptedAs(grant));
        if (proof.isUsed(person, grant)) used.add(exceptedAs(grant));
      }
      const chosen = grants.filter((grant) => used.has(exceptedAs(grant)) && isMeant(grant));
      if (values.list) continue;
      for (const [index, grant] of chosen.entries()) {
        tell(`${index + 1}/${chosen.length}`, grant, await proof.withhold(person, grant));
      }
    }
  } finally {
    await proof.close();
  }
}

function tell(
  which: string,
  grant: Grant,
  verdict: { readonly run: string; readonly wrong: string | undefined },
): void {
  tried++;
  const how = verdict.wrong === undefined ? "AccessDenied" : `WRONG ${verdict.wrong}`;
  console.log(`${which} ${textOf(grant)}, ${verdict.run}: ${how}`);
  if (verdict.wrong !== undefined) wrong.push(`${textOf(grant)}: ${verdict.wrong}`);
}

function report(): void {
  const unused = [...granted].filter((grant) => !used.has(grant)).sort();
  for (const grant of unused) {
    const why = exceptions.find(({ matches }) => matches(grant))?.why;
    console.log(`never used here: ${grant}: ${why ?? "NO REASON IS WRITTEN DOWN"}`);
    if (why === undefined) wrong.push(`${grant}: granted and never used`);
  }
  for (const { matches, what } of values.only === "people" ? [] : exceptions) {
    if (!unused.some(matches)) wrong.push(`${what}: listed as an exception, and nothing is excepted`);
  }
  if (exceptions.length > mostExceptions) wrong.push(`${exceptions.length} exceptions, at most ${mostExceptions}`);
  for (const text of wrong) console.log(`wrong: ${text}`);
  const seconds = Math.round((Date.now() - began) / 1000);
  const runs = { granted: granted.size, used: used.size, exceptions: exceptions.length, seconds };
  console.log(JSON.stringify({ name: "permissions", tried, wrong: wrong.length, target: 0, runs }));
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
