/**
 * The little Markdown that descriptions need: paragraphs, lists, **strong**, *emphasis*, `code`,
 * and links to http(s) addresses. A description may come from anybody's link, so it becomes text
 * nodes and never HTML.
 */
import type { ReactNode } from "react";

export function Markdown({ text }: { text: string }) {
  return <div className="markdown">{blocks(text).map((block) => renderBlock(block))}</div>;
}

export type Block =
  | { readonly kind: "paragraph"; readonly key: number; readonly text: string }
  | { readonly kind: "list"; readonly key: number; readonly items: readonly string[] };

/** Blank lines separate blocks; a block whose lines all start with a dash is a list. */
export function blocks(text: string): Block[] {
  const parts = text.split(/\n\s*\n/).filter((part) => part.trim() !== "");
  return parts.map((part, key) => {
    const lines = part.trim().split("\n");
    if (lines.every((line) => /^\s*[-*] /.test(line))) {
      return { kind: "list", key, items: lines.map((line) => line.replace(/^\s*[-*] /, "")) };
    }
    return { kind: "paragraph", key, text: lines.join(" ") };
  });
}

export type Span = {
  readonly kind: "text" | "strong" | "em" | "code" | "link";
  /** Where the span starts in its block. */
  readonly at: number;
  readonly text: string;
  readonly href?: string;
};

const MARKS = new RegExp(
  [
    /\*\*(?<strong>[^*]+)\*\*/,
    /\*(?<em>[^*\s][^*]*)\*/,
    /`(?<code>[^`]+)`/,
    /\[(?<link>[^\]]+)\]\((?<href>https?:\/\/[^\s)]+)\)/,
  ]
    .map((mark) => mark.source)
    .join("|"),
  "g",
);

export function spans(text: string): Span[] {
  const found: Span[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKS)) {
    if (match.index > end) {
      found.push({ kind: "text", at: end, text: text.slice(end, match.index) });
    }
    found.push({ at: match.index, ...marked(match.groups ?? {}) });
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push({ kind: "text", at: end, text: text.slice(end) });
  return found;
}

function marked(groups: Readonly<Record<string, string | undefined>>): Omit<Span, "at"> {
  const { strong, em, code, link = "", href = "" } = groups;
  if (strong !== undefined) return { kind: "strong", text: strong };
  if (em !== undefined) return { kind: "em", text: em };
  if (code !== undefined) return { kind: "code", text: code };
  return { kind: "link", text: link, href };
}

function renderBlock(block: Block): ReactNode {
  if (block.kind === "paragraph") return <p key={block.key}>{renderSpans(block.text)}</p>;
  return (
    <ul key={block.key}>
      {block.items.map((item) => (
        <li key={item}>{renderSpans(item)}</li>
      ))}
    </ul>
  );
}

function renderSpans(text: string): ReactNode[] {
  return spans(text).map((span) => {
    switch (span.kind) {
      case "strong":
        return <strong key={span.at}>{span.text}</strong>;
      case "em":
        return <em key={span.at}>{span.text}</em>;
      case "code":
        return <code key={span.at}>{span.text}</code>;
      case "link":
        return (
          <a key={span.at} href={span.href} rel="noreferrer noopener" target="_blank">
            {span.text}
          </a>
        );
      case "text":
        return span.text;
    }
  });
}
