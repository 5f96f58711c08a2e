import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Person, people, policyOf } from "../../cli/permissions/policies.js";
import { Scope } from "../../cli/permissions/scope.js";
import { readSoundProject, type SoundProject } from "../../contract/read.js";
import { projectName, variants } from "../faults/variants.js";
import { hour } from "./delivered.js";
import type { Grant } from "./withholding.js";
import { World } from "./world.js";

/** A local account in which the people of `sluice permissions` have roles, each with exactly its policy. */

export const accountId = "000000000000";
export const roleOf = (person: Person) => `person-${person}`;
export const arnOf = (person: Person) => `arn:aws:iam::${accountId}:role/${roleOf(person)}`;
export const partnersBucket = "the-partners-files";
export const scheduledDataset = "theirs";

/** One dataset by each way in which commands differ, and one of a bucket that was there before. */
function declare(folder: string, start: number): void {
  writeFileSync(
    join(folder, "sluice.yaml"),
    `name: ${projectName}
region: eu-central-1
warehouse: { create: { database: analytics, snapshotSchedule: ["rate(12 hours)"] } }
administrators: ["arn:aws:iam::${accountId}:role/person-*"]
deployment: { deployers: ["${arnOf("deployer")}"] }
sources:
  shop: { landing: create, processed: create, concurrency: 4, kms: true }
  partners: { landing: { existingBucket: ${partnersBucket} }, processed: create }
`,
  );
  const merged = readFileSync(join(folder, "datasets", "merged.yaml"), "utf8");
  const theirs = merged.replace("source: shop", "source: partners").replaceAll("merged", scheduledDataset);
  const lastRun = new Date(start - hour);
  const weekly = `${lastRun.getUTCMinutes()} ${lastRun.getUTCHours()} ? * ${1 + lastRun.getUTCDay()} *`;
  const schedule = `schedule: { cron: "${weekly}", lag: 7d }\n`;
  writeFileSync(join(folder, "datasets", `${scheduledDataset}.yaml`), `${theirs}\n${schedule}`);
  appendFileSync(join(folder, "datasets", "by_marker.yaml"), "rejects: { max: 50% }\n");
}

/** A stack with a role for each person. */
function complete(assemblyFolder: string, { project, contracts }: SoundProject): void {
  const scope = new Scope(project, contracts, accountId);
  const Resources = Object.fromEntries(
    people.map((person) => [
      person,
      {
        Type: "AWS::IAM::Role",
        Properties: {
          RoleName: roleOf(person),
          AssumeRolePolicyDocument: {
            Statement: [
              { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: `arn:aws:iam::${accountId}:root` } },
            ],
          },
          Policies: [{ PolicyName: "own", PolicyDocument: policyOf(person, scope) }],
        },
      },
    ]),
  );
  writeFileSync(join(assemblyFolder, "people.template.json"), JSON.stringify({ Resources }));
  const file = join(assemblyFolder, "manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  manifest.artifacts.people = {
    type: "aws:cloudformation:stack",
    environment: `aws://${accountId}/${project.region}`,
    properties: { templateFile: "people.template.json" },
  };
  writeFileSync(file, JSON.stringify(manifest));
}

export interface PeopleOptions {
  /** Of the fault matrix; all that the commands need when nothing is said. */
  readonly datasets?: readonly string[];
}

const needed = ["merged", "swapped", "appended", "by_marker"];

export const openPeople = ({ datasets = needed }: PeopleOptions): Promise<World> => {
  const start = Date.now();
  return World.open({
    datasets: variants.filter(({ dataset }) => datasets.includes(dataset)),
    // Before the one schedule's next run, to which time would jump by itself, past the end of every statement's results.
    ...{ start, limit: start + 6 * 24 * hour },
    declare: (folder) => declare(folder, start),
    complete,
    existingBuckets: [partnersBucket],
  });
};

/** Each action of a person's policy, by the statement that it is in. */
export const grantsOf = ({ folder }: World, person: Person): readonly Grant[] => {
  const { project, contracts } = readSoundProject(folder);
  return policyOf(person, new Scope(project, contracts, accountId)).Statement.flatMap(({ Sid, Action }) =>
    Action.map((action) => ({ role: roleOf(person), action, sid: Sid })),
  );
};
