/**
 * Text of a scenario inside Mermaid diagrams. Whatever a person called a thing, it must neither end
 * a label nor begin a statement, so all but letters, digits and a few harmless marks are written as
 * Mermaid's entity codes, `#59;` (mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters).
 */
import { NONE } from "./format.ts";

/** Everything but letters, digits, combining marks and spaces, and marks without a meaning. */
const SPECIAL = /[^\p{L}\p{M}\p{N}\p{Zs}.,/_–−×÷]/gu;
/** Mermaid ends a label at a line's end, and drops what it cannot show. */
const BREAKS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+/gu;
/** What a reader of Mermaid takes for a word of the language where a label begins with it. */
const KEYWORD_START = /^(?:no)?wrap/i;

/** `text` for a quoted label of a flowchart, or a name, note or message of a sequence diagram. */
export function mermaidText(text: string): string {
  const line = text.replaceAll(BREAKS, " ").trim();
  if (line === "") return NONE;
  const plain = line.replaceAll(SPECIAL, entity);
  // A message that begins with this word is a message that is to be wrapped.
  return KEYWORD_START.test(plain) ? entity(plain) + plain.slice(1) : plain;
}

/** The entity code of the first character. */
function entity(text: string): string {
  return `#${text.codePointAt(0)};`;
}
