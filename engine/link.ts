/**
 * Share links: canonical text, deflated, in base64url, after a character that says which codec made
 * it. Everything a link holds is in the part after `#`, which browsers do not send to servers. What
 * comes in is untrusted: sizes are bounded on both sides of the inflater, and the document goes
 * through `parseScenario` like any other.
 */
import type { LinkReply, ParseReply } from "./api.ts";
import { canonicalText } from "./scenario/canonical.ts";
import { TEXT_MAX } from "./scenario/json-text.ts";
import { parseScenario } from "./scenario/validate.ts";
import type { Scenario } from "./scenario/schema.ts";

/** Codec 1: deflate-raw, base64url without padding. */
const CODEC = "1";
const PARAMETER = "s=";
/** Longer links are cut off by chat programs and mail long before browsers refuse them. */
const LINK_MAX = 32 * 1024;
const AS_FILE = "no scenario needs that, or it should come as a file";

/** The part of a link after `#`: `s=1...`. */
export async function encodeLink(scenario: Scenario): Promise<LinkReply> {
  const text = canonicalText(scenario);
  const packed = await collect(
    streamOf(new TextEncoder().encode(text)).pipeThrough(new CompressionStream("deflate-raw")),
    Infinity,
  );
  const hash = `${PARAMETER}${CODEC}${toBase64Url(packed!)}`;
  if (hash.length <= LINK_MAX) return { kind: "ok", hash };
  return rejected(
    `too long for a link: ${hash.length} characters, at most ${LINK_MAX} fit; save it as a file, ` +
      "or shorten the description or the trace",
  );
}

/** Takes a whole link, or what follows its `#`. */
export async function decodeLink(link: string): Promise<ParseReply> {
  const hash = link.slice(link.indexOf("#") + 1).trim();
  if (hash.length > LINK_MAX) {
    return rejected(
      `expected a link of at most ${LINK_MAX} characters, got ${hash.length}: ${AS_FILE}`,
    );
  }
  if (!hash.startsWith(PARAMETER)) {
    return rejected('expected a link with "#s=" in it: copy it whole');
  }
  const codec = hash.charAt(PARAMETER.length);
  if (codec !== CODEC) {
    const found = codec === "" ? "nothing after it" : `codec ${JSON.stringify(codec)}`;
    return rejected(
      `expected "#s=${CODEC}", got ${found}: the link is cut off, or newer than this program`,
    );
  }
  const packed = fromBase64Url(hash.slice(PARAMETER.length + CODEC.length));
  if (packed === undefined) return rejected("the link holds characters no link has: copy it whole");
  return inflate(packed);
}

async function inflate(packed: Uint8Array<ArrayBuffer>): Promise<ParseReply> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await collect(
      streamOf(packed).pipeThrough(new DecompressionStream("deflate-raw")),
      TEXT_MAX,
    );
  } catch {
    return rejected("the link is cut off or changed: copy it whole");
  }
  if (bytes === undefined) {
    return rejected(`the link unpacks to more than ${TEXT_MAX} bytes: ${AS_FILE}`);
  }
  try {
    return parseScenario(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof TypeError) return rejected("the link is changed: copy it whole");
    throw error;
  }
}

function rejected(message: string) {
  return { kind: "rejected", problems: [{ path: "", message }] } as const;
}

// ---- Bytes --------------------------------------------------------------------------------------

function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** All bytes of a stream; undefined, with the rest of it never produced, beyond `bytesMax`. */
async function collect(
  stream: ReadableStream<Uint8Array>,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > bytesMax) {
      await reader.cancel();
      return undefined;
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
