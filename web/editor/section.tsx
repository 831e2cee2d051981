/** One section of the scenario form: a small heading, something beside it, the fields below. */
import type { ReactNode } from "react";
import { useId } from "react";

interface SectionProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, aside, children }: SectionProps) {
  const id = useId();
  return (
    <section className="editor-section" aria-labelledby={id}>
      <div className="editor-head">
        <h2 id={id} className="caps">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

interface DisclosureProps {
  readonly summary: string;
  readonly children: ReactNode;
  readonly open?: boolean;
}

export function More({ summary, children, open = false }: DisclosureProps) {
  return (
    <details className="editor-more" open={open}>
      <summary>{summary}</summary>
      <div className="editor-fields">{children}</div>
    </details>
  );
}
