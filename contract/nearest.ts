/** Edit distance with transpositions left out (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The candidate that a person most likely meant, if one is near enough; upper and lower case count as equal. */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  let best: { candidate: string; far: number } | undefined;
  for (const candidate of candidates) {
    const far = distance(text.toLowerCase(), candidate.toLowerCase());
    if (best === undefined || far < best.far) best = { candidate, far };
  }
  const limit = Math.max(2, Math.floor(text.length / 3));
  return best !== undefined && best.far <= limit ? best.candidate : undefined;
}
