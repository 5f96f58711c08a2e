import type { Finding } from "../finding.js";
import { nearest } from "../nearest.js";
import { zoneNames } from "./zone-names.js";

type Problem = Pick<Finding, "found" | "expected" | "remedy">;

const places = [...zoneNames].filter((name) => name.includes("/") && !name.startsWith("Etc/"));

/** What is wrong with a time zone; undefined for a name that the job's zone rules have, in its spelling. */
export function zoneProblem(zone: string): Problem | undefined {
  if (zoneNames.has(zone)) return undefined;
  return {
    found: `'${zone}', which is not a time zone`,
    expected: "an IANA time zone, spelled exactly",
    remedy: remedyOf(zone),
  };
}

/** A remedy never names another time: only the same name in another spelling, or a fixed offset's own name. */
function remedyOf(zone: string): string {
  const same = [...zoneNames].find((name) => name.toLowerCase() === zone.toLowerCase());
  if (same !== undefined) return `Write '${same}'.`;
  const [, sign, hours, minutes] = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?$/i.exec(zone) ?? [];
  if (sign !== undefined && Number(hours) <= 14 && (minutes === undefined || minutes === "00")) {
    const fixed = Number(hours) === 0 ? "UTC" : `Etc/GMT${sign === "+" ? "-" : "+"}${Number(hours)}`;
    if (zoneNames.has(fixed)) {
      return `Write '${fixed}' (its sign is POSIX's: ${fixed} is UTC${sign}${Number(hours)}), or the zone of the place.`;
    }
  }
  const region = zone.slice(0, zone.indexOf("/") + 1);
  const near =
    region === ""
      ? undefined
      : nearest(
          zone,
          places.filter((place) => place.startsWith(region)),
        );
  return near === undefined
    ? "Write the zone of the place, such as Europe/London, or UTC."
    : `Write '${near}' if you mean that place.`;
}

/** What is wrong with a meaning in `zones:`; undefined for an offset or a zone's name. */
export function zoneMeaningProblem(text: string, meaning: string): Problem | undefined {
  const [, hours, minutes] = /^[+-](\d\d):?(\d\d)?$/.exec(meaning) ?? [];
  if (hours !== undefined && Number(hours) * 60 + Number(minutes ?? 0) <= 18 * 60 && Number(minutes ?? 0) < 60)
    return undefined;
  if (meaning === "Z" || zoneNames.has(meaning)) return undefined;
  const problem = zoneProblem(meaning);
  return (
    problem && {
      ...problem,
      found: `'${meaning}' for '${text}'`,
      expected: 'an offset such as "-04:00", or an IANA time zone',
    }
  );
}
