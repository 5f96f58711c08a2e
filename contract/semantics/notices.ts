import { type Finding, findingAt, type Located } from "../finding.js";
import { nearest } from "../nearest.js";
import { noticeId } from "../notices-file.js";
import { readQuiet } from "../quiet-hours.js";
import type { DatasetFile, ProjectFile } from "../schema.js";
import { zoneProblem } from "./time-zones.js";

/** What of `notices:` does not fit the datasets, or cannot be sent. */
export function noticeFindings(project: ProjectFile, located: Located, datasets: readonly DatasetFile[]): Finding[] {
  const seen = new Map<string, number>();
  return project.notices.flatMap((notice, index) => {
    const place = ["notices", index] as const;
    const same = seen.get(noticeId(notice));
    seen.set(noticeId(notice), index);
    const names = datasets.map(({ dataset }) => dataset);
    const owners = datasets.flatMap(({ owner }) => owner ?? []);
    const zone = notice.quiet === undefined ? undefined : zoneProblem(readQuiet(notice.quiet)?.zone ?? "UTC");
    return [
      ...wayFindings(notice.to, located, place),
      ...regionFindings(notice.to, project.region, located, place),
      ...missing(notice.datasets, names, "a dataset", located, [...place, "datasets"]),
      ...missing(notice.owners, owners, "the 'owner' of a dataset", located, [...place, "owners"]),
      ...(zone === undefined ? [] : [findingAt(located, [...place, "quiet"], zone)]),
      ...(same === undefined
        ? []
        : [
            findingAt(located, [...place], {
              found: `the same notice as notices[${same}]`,
              expected: "each notice once",
              remedy: "Remove one of the two; otherwise everybody is notified twice.",
            }),
          ]),
    ];
  });
}

type Place = readonly (string | number)[];
type Way = ProjectFile["notices"][number]["to"];

function wayFindings(to: Way, located: Located, place: Place): Finding[] {
  const given = Object.keys(to);
  if (given.length === 1) return [];
  return [
    findingAt(located, [...place, "to"], {
      found: given.length === 0 ? "no way" : given.join(" and "),
      expected: "exactly one of email, sns, slack_webhook_secret and url_secret",
      remedy:
        given.length === 0
          ? "Write one, such as 'to: { email: data-team@example.com }'."
          : "Write a separate notice for each, so that a broken destination does not hold up the others.",
    }),
  ];
}

/** Topics and secrets of another region answer nobody who asks in this one. */
function regionFindings(to: Way, region: string, located: Located, place: Place): Finding[] {
  return Object.entries(to).flatMap(([way, value]) => {
    const [, , , found] = value.split(":");
    if (way === "email" || found === region) return [];
    return [
      findingAt(located, [...place, "to", way], {
        found: `an ARN of ${found}`,
        expected: `one of ${region}, the project's region`,
        remedy: `Create it in ${region}, and write its ARN here.`,
      }),
    ];
  });
}

function missing(
  asked: readonly string[] | undefined,
  known: readonly string[],
  what: string,
  located: Located,
  place: Place,
): Finding[] {
  return (asked ?? []).flatMap((name, index) => {
    if (known.includes(name)) return [];
    const near = nearest(name, known);
    return [
      findingAt(located, [...place, index], {
        found: `'${name}', which is not ${what}`,
        expected: known.length === 0 ? what : `${what}: ${[...new Set(known)].join(", ")}`,
        remedy: near === undefined ? "Correct the name, or remove it." : `Write '${near}'.`,
      }),
    ];
  });
}
