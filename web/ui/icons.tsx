/** Icons on a 16 px grid, 1.5 px stroke, in the colour of the text beside them. */
import type { ReactNode } from "react";

const SHAPES = {
  play: <path d="M5 3.2v9.6l7.5-4.8z" fill="currentColor" stroke="none" />,
  pause: <path d="M5 3.5v9M11 3.5v9" strokeWidth="2.4" />,
  step: (
    <>
      <path d="M3.5 3.5v9l6-4.5z" fill="currentColor" stroke="none" />
      <path d="M12 3.5v9" strokeWidth="1.8" />
    </>
  ),
  fork: (
    <>
      <circle cx="3.4" cy="8" r="1.4" />
      <path d="M4.8 8h2.4c2.4 0 2-4.2 6-4.2M7.2 8c2.4 0 2 4.2 6 4.2" />
    </>
  ),
  back: <path d="M9.5 3.5L5 8l4.5 4.5" />,
  requests: <path d="M2.5 4h6M4.5 8h8M7.5 12h6" strokeWidth="2" />,
  stepBack: (
    <>
      <path d="M12.5 3.5v9l-6-4.5z" fill="currentColor" stroke="none" />
      <path d="M4 3.5v9" strokeWidth="1.8" />
    </>
  ),
  toEnd: (
    <>
      <path d="M2.5 4v8l4.6-4zM7.6 4v8l4.6-4z" fill="currentColor" stroke="none" />
      <path d="M13.2 4v8" strokeWidth="1.6" />
    </>
  ),
  restart: (
    <>
      <path d="M3 3v3.5h3.5" />
      <path d="M3.3 6.3A5 5 0 1 1 3 9" />
    </>
  ),
  sun: (
    <>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.8v1.4M8 12.8v1.4M1.8 8h1.4M12.8 8h1.4M3.6 3.6l1 1M11.4 11.4l1 1" />
      <path d="M3.6 12.4l1-1M11.4 4.6l1-1" />
    </>
  ),
  moon: <path d="M13 9.6A5.6 5.6 0 0 1 6.4 3 5.6 5.6 0 1 0 13 9.6z" />,
  link: (
    <>
      <path d="M6.5 9.5l3-3M7 4.8l1.2-1.2a2.9 2.9 0 0 1 4.1 4.1L11 9" />
      <path d="M9 11.2l-1.2 1.2a2.9 2.9 0 0 1-4.1-4.1L5 7" />
    </>
  ),
  plus: <path d="M8 3v10M3 8h10" />,
  cpu: (
    <>
      <rect x="4.5" y="4.5" width="7" height="7" rx="1" />
      <path d="M6.5 2v2M9.5 2v2M6.5 12v2M9.5 12v2M2 6.5h2M2 9.5h2M12 6.5h2M12 9.5h2" />
    </>
  ),
  io: <path d="M3 5h8M8.5 2.5L11 5 8.5 7.5M13 11H5M7.5 8.5L5 11l2.5 2.5" />,
  lock: (
    <>
      <rect x="3.5" y="7" width="9" height="6.5" rx="1.2" />
      <path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2" />
    </>
  ),
  pool: (
    <>
      <rect x="2.5" y="3" width="3" height="10" rx=".6" />
      <rect x="6.6" y="3" width="3" height="10" rx=".6" />
      <rect x="10.7" y="3" width="3" height="10" rx=".6" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.2" />
      <path d="M10.2 10.2L13.5 13.5" />
    </>
  ),
  down: <path d="M5 6.5L8 9.5l3-3" />,
  more: <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2.2" />,
  copy: (
    <>
      <rect x="5" y="5" width="8" height="8" rx="1.2" />
      <path d="M3 10.5V4a1 1 0 0 1 1-1h6.5" />
    </>
  ),
  help: <path d="M6 6a2 2 0 1 1 2.8 1.9c-.6.3-.8.7-.8 1.4M8 11.8h.01" />,
  info: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M8 7.4v3.4M8 5.1h.01" />
    </>
  ),
  expand: <path d="M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3" />,
  shrink: <path d="M6 3v3H3M13 6h-3V3M10 13v-3h3M3 10h3v3" />,
  projector: (
    <>
      <rect x="2.5" y="3" width="11" height="7.5" rx="1" />
      <path d="M8 10.5v1.8M5 13.5l3-1.4 3 1.4" />
    </>
  ),
  check: <path d="M3.5 8.5l3 3 6-7" />,
  close: <path d="M4 4l8 8M12 4l-8 8" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 5v3.2l2 1.3" />
    </>
  ),
  widen: <path d="M2.5 8h11M5 5.5L2.5 8 5 10.5M11 5.5L13.5 8 11 10.5" />,
  list: <path d="M3 4.5h10M3 8h10M3 11.5h10" />,
  flow: (
    <>
      <rect x="2" y="6" width="4" height="4" rx="1" />
      <rect x="10" y="2.5" width="4" height="4" rx="1" />
      <rect x="10" y="9.5" width="4" height="4" rx="1" />
      <path d="M6 8h2V4.5h2M8 8v3.5h2" />
    </>
  ),
  bars: <path d="M2.5 4h7M5 8h8M3.5 12h6" strokeWidth="2.2" />,
  edit: <path d="M3 13l.6-2.6L10.8 3.2l2 2L5.6 12.4z" />,
  trash: <path d="M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5M6.8 7v3.8M9.2 7v3.8" />,
  up: <path d="M5 9.5L8 6.5l3 3" />,
  block: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M4.2 11.8l7.6-7.6" />
    </>
  ),
  branch: (
    <>
      <circle cx="4" cy="8" r="1.6" />
      <circle cx="12" cy="4" r="1.6" />
      <circle cx="12" cy="12" r="1.6" />
      <path d="M5.4 7.2L10.6 4.7M5.4 8.8l5.2 2.5" />
    </>
  ),
  memory: (
    <>
      <rect x="2.5" y="4.5" width="11" height="7" rx="1" />
      <path d="M5.5 7v2M8 7v2M10.5 7v2M5 13v-1.5M8 13v-1.5M11 13v-1.5" />
    </>
  ),
  warning: <path d="M8 2.8l5.8 10.4H2.2zM8 6.8v3M8 11.6h.01" />,
  file: <path d="M4 2.5h5l3 3v8H4zM9 2.5v3h3" />,
  code: <path d="M6 4.5L2.5 8 6 11.5M10 4.5L13.5 8 10 11.5" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof SHAPES;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
      {SHAPES[name]}
    </svg>
  );
}

/** The product's mark: bars that interleave. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <g fill="var(--text-1)">
        <rect x="1" y="3" width="8" height="3.2" rx=".8" />
        <rect x="8.6" y="8.4" width="5" height="3.2" rx=".8" />
        <rect x="3.4" y="13.8" width="9.6" height="3.2" rx=".8" />
      </g>
      <g fill="var(--line-3)">
        <rect x="11" y="3" width="8" height="3.2" rx=".8" />
        <rect x="1" y="8.4" width="5.6" height="3.2" rx=".8" />
        <rect x="15" y="13.8" width="4" height="3.2" rx=".8" />
      </g>
    </svg>
  );
}
