/**
 * The flow's drawing as a picture that needs nothing else: a copy in light colours with its styles
 * written into it, the scenario's title above and a line about the moment below.
 */

/** What a picture says beside the drawing. */
export interface Caption {
  readonly title: string;
  readonly subtitle: string;
  readonly footer: string;
  /** The address that opens the scenario. */
  readonly link: string;
}

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 14;
const HEAD = 44;
const FOOT = 26;
/** Device pixels per unit of the drawing in a PNG. */
const PNG_SCALE = 2;

/** Properties that the style sheets set, with what holds without them. */
const PROPERTIES: Readonly<Record<string, string>> = {
  display: "inline",
  fill: "rgb(0, 0, 0)",
  stroke: "none",
  "stroke-width": "1px",
  "stroke-dasharray": "none",
  "stroke-linecap": "butt",
  "stroke-linejoin": "miter",
  opacity: "1",
  "paint-order": "normal",
  "font-size": "",
  "font-weight": "400",
  "text-anchor": "start",
  "dominant-baseline": "auto",
  "text-decoration-line": "none",
};

/** The drawing as the text of an SVG file. */
export function svgText(drawing: SVGSVGElement, caption: Caption): string {
  const picture = inLight(() => copyWithStyles(drawing, caption));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(picture)}\n`;
}

/** The same as pixels; rejects where the browser cannot draw it. */
export async function pngOf(drawing: SVGSVGElement, caption: Caption): Promise<Blob> {
  const { width, height } = sizeOf(drawing);
  const url = URL.createObjectURL(new Blob([svgText(drawing, caption)], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * PNG_SCALE);
    canvas.height = Math.round(height * PNG_SCALE);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await blobOf(canvas);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function blobOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error("the picture could not be drawn"));
      else resolve(blob);
    }, "image/png");
  });
}

/** Nothing is painted in between: the page itself keeps its theme. */
function inLight<T>(work: () => T): T {
  const { dataset } = document.documentElement;
  const { theme } = dataset;
  dataset["theme"] = "light";
  try {
    return work();
  } finally {
    if (theme === undefined) delete dataset["theme"];
    else dataset["theme"] = theme;
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function sizeOf(drawing: SVGSVGElement): Size {
  const { width, height } = drawing.viewBox.baseVal;
  return { width: width + 2 * MARGIN, height: height + HEAD + FOOT };
}

function copyWithStyles(drawing: SVGSVGElement, caption: Caption): SVGSVGElement {
  const { width, height } = sizeOf(drawing);
  const inner = drawing.cloneNode(true) as SVGSVGElement;
  copyStyles(drawing, inner);
  const group = element("g", { transform: `translate(${MARGIN} ${HEAD})` });
  group.append(...inner.children);
  const picture = element("svg", {
    xmlns: SVG,
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": drawing.getAttribute("aria-label") ?? caption.title,
  }) as SVGSVGElement;
  const style = getComputedStyle(drawing);
  const color = (name: string) => style.getPropertyValue(name).trim();
  picture.style.fontFamily = style.fontFamily;
  picture.style.fontVariantNumeric = style.fontVariantNumeric;
  picture.append(
    element("rect", { width, height, fill: color("--bg-surface") }),
    text(
      caption.title,
      { x: MARGIN, y: 20, "font-size": 15, "font-weight": 600 },
      color("--text-1"),
    ),
    text(caption.subtitle, { x: MARGIN, y: 36, "font-size": 11 }, color("--text-2")),
    group,
    text(caption.footer, { x: MARGIN, y: height - 10, "font-size": 10 }, color("--text-3")),
  );
  const room = width - 2 * MARGIN - (caption.footer.length + GAP_LETTERS) * LETTER_PX;
  if (caption.link !== "")
    picture.append(linkTo(caption.link, room, { width, height, fill: color("--text-2") }));
  return picture;
}

/** The letters of the footer are about so wide; and so many stay free between its two ends. */
const LETTER_PX = 5.8;
const GAP_LETTERS = 4;

interface Line extends Size {
  readonly fill: string;
}

/** At the right of the footer: the whole address to click on, as much of it to read as fits. */
function linkTo(href: string, room: number, { width, height, fill }: Line): SVGElement {
  const link = element("a", { href, target: "_blank", rel: "noopener" });
  const at = { x: width - MARGIN, y: height - 10, "font-size": 10, "text-anchor": "end" };
  link.append(text(shortAddress(href, Math.floor(room / LETTER_PX)), at, fill));
  return link;
}

/** "example.org/#s=eNpVj8…": without its protocol, cut off after `most` letters. */
export function shortAddress(href: string, most: number): string {
  const address = href.replace(/^https?:\/\//, "");
  return address.length <= most ? address : `${address.slice(0, Math.max(0, most - 1))}…`;
}

function text(content: string, attributes: Attributes, fill: string): SVGElement {
  const node = element("text", { ...attributes, fill });
  node.textContent = content;
  return node;
}

type Attributes = Readonly<Record<string, string | number>>;

function element(name: string, attributes: Attributes): SVGElement {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}

/** Writes the styles of `from` and all below it into its copy, as far as they are not the default. */
function copyStyles(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  const own: string[] = [];
  for (const [property, initial] of Object.entries(PROPERTIES)) {
    const value = style.getPropertyValue(property);
    if (value !== initial && value !== "") own.push(`${property}:${value}`);
  }
  for (const name of to.getAttributeNames()) {
    if (name === "class" || name === "style" || name.startsWith("data-")) to.removeAttribute(name);
  }
  if (own.length > 0) to.setAttribute("style", own.join(";"));
  for (let i = 0; i < from.children.length; i++) copyStyles(from.children[i]!, to.children[i]!);
}
