const cache = new Map<string, RegExp>();

/** True when the text fits a pattern in which `*` stands for any text and `?` for one character. */
export function matchesWildcard(pattern: string, text: string, flags = "s"): boolean {
  const key = `${flags}/${pattern}`;
  let regex = cache.get(key);
  if (regex === undefined) {
    const escaped = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    regex = new RegExp(`^${escaped}$`, flags);
    cache.set(key, regex);
  }
  return regex.test(text);
}

/** Actions compare without regard to case. */
export const matchesAction = (pattern: string, action: string) => matchesWildcard(pattern, action, "is");

/** ARNs compare part by part: a `*` does not reach over the first five colons. */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === "*") return true;
  const [wanted, actual] = [parts(pattern), parts(arn)];
  return wanted.length === actual.length && wanted.every((part, i) => matchesWildcard(part, actual[i] ?? ""));
}

function parts(arn: string): readonly string[] {
  const all = arn.split(":");
  return all.length <= 6 ? all : [...all.slice(0, 5), all.slice(5).join(":")];
}
