import type { Notice } from "../../contract/notice.js";
import type { Message } from "./message-form.js";

/** The other end did not take a message: Lambda tries again, then keeps the event in its dead-letter queue. */
export class NoticeNotTaken extends Error {
  override readonly name = "NoticeNotTaken";
}

export interface Ways {
  readonly publish: (topic: string, subject: string, text: string) => Promise<void>;
  readonly secret: (secretArn: string) => Promise<string>;
  readonly post: (url: string, body: string) => Promise<{ readonly status: number }>;
}

/** SNS takes fewer than 100 characters of ASCII, and 256 KB (A8.5); Slack cuts a text after 40,000 characters. */
const subjectLength = 99;
const textLength = 30_000;

/** One message, or those that quiet hours held back as one, by the notice's way. @throws NoticeNotTaken */
export async function send(ways: Ways, { id, to }: Notice, messages: readonly Message[]): Promise<void> {
  const [first] = messages;
  if (first === undefined) return;
  const isOne = messages.length === 1;
  const subject = isOne ? first.subject : `Sluice: ${messages.length} notices from the quiet hours`;
  const text = cut(isOne ? first.text : messages.map((each) => `${each.subject}\n${each.text}`).join("\n\n---\n\n"));
  if (to.way === "topic") {
    await ways.publish(to.topic, subject.replaceAll(/[^\x20-\x7e]+/g, " ").slice(0, subjectLength), text);
    return;
  }
  const url = (await ways.secret(to.secretArn)).trim();
  if (!/^https?:\/\/\S+$/.test(url)) {
    throw new NoticeNotTaken(
      `The secret ${to.secretArn} does not contain a URL. Put the webhook's URL into it, as plain text.`,
    );
  }
  const body =
    to.way === "slack"
      ? { text: `*${escaped(subject)}*\n${escaped(text)}` }
      : { version: 1, notice: id, subject, text, events: messages.map(({ event }) => event) };
  const status = await statusOf(ways, url, JSON.stringify(body));
  if (typeof status === "number" && status >= 200 && status < 300) return;
  throw new NoticeNotTaken(
    `The webhook of the secret ${to.secretArn} ${typeof status === "number" ? `answered ${status}` : `could not be reached (${status})`}. Nothing is lost: the runbook has a section "Notices that were not sent".`,
  );
}

/** The URL is a secret: no error that names it leaves this function. */
async function statusOf(ways: Ways, url: string, body: string): Promise<number | string> {
  try {
    return (await ways.post(url, body)).status;
  } catch (error) {
    return error instanceof Error ? error.name : "unknown";
  }
}

const cut = (text: string) => (text.length > textLength ? `${text.slice(0, textLength)}\n…` : text);

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
