/** Writes to the document that cost nothing when they change nothing. */
export function setData(element: SVGElement | null, name: string, value: string): void {
  if (element !== null && element.dataset[name] !== value) element.dataset[name] = value;
}

export function setText(element: SVGElement | null, text: string): void {
  if (element !== null && element.textContent !== text) element.textContent = text;
}
