/** How times and durations are written: short, and the same everywhere. */

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** How long ago, in one unit: `just now`, `14 min`, `5 h`, `3 d`. */
export function age(from: string, now: string): string {
  const minutes = Math.floor((Date.parse(now) - Date.parse(from)) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / 1440)} d`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `22 Nov 2026, 05:00 UTC`, `22 Nov 2026` or `Nov 2026`. */
export function partitionWords(partition: string): string {
  const [date = "", hour] = partition.split("T");
  const [year, month, day] = date.split("-");
  const words = `${day === undefined ? "" : `${Number(day)} `}${months[Number(month) - 1]} ${year}`;
  return hour === undefined ? words : `${words}, ${hour}:00 UTC`;
}

/** `22 Nov` of a moment. */
export const dayWords = (moment: Date) => `${moment.getUTCDate()} ${months[moment.getUTCMonth()]}`;

/** `2026-11-22 05:03:07` of an ISO time, UTC. */
export const timeWords = (time: string) => time.slice(0, 19).replace("T", " ");

/** `31,204` */
export const wholeNumber = (value: number) => value.toString().replaceAll(/\B(?=(\d{3})+$)/g, ",");

/** `1 file`, `2 files` */
export const several = (count: number, one: string, many = `${one}s`) =>
  `${wholeNumber(count)} ${count === 1 ? one : many}`;
