/** Saves the flow as a picture: for documents and chats, always in light colours. */
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { instant, THIN } from "../format.ts";
import { plainLink } from "../share/link.ts";
import { runStore } from "../state/run-store.ts";
import { scenarioStore } from "../state/scenario-store.ts";
import { viewStore } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Icon } from "../ui/icons.tsx";
import { type Caption, pngOf, svgText } from "./picture.ts";

type Format = "svg" | "png";

/** By then the browser has taken the data. */
const DOWNLOADED_MS = 10_000;

export function SaveMenu() {
  return (
    <MenuTrigger>
      <AriaButton className="button button-ghost button-small" data-testid={TEST_IDS.savePicture}>
        <Icon name="file" size={14} />
        Save
      </AriaButton>
      <Popover className="menu-popover" placement="bottom end">
        <Menu className="menu" onAction={(format) => void save(format as Format)}>
          <MenuItem className="menu-item" id="svg">
            SVG, for documents
          </MenuItem>
          <MenuItem className="menu-item" id="png">
            PNG, for chats
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

async function save(format: Format): Promise<void> {
  const drawing = document.querySelector<SVGSVGElement>(".flow-drawing");
  if (drawing === null) return;
  const link = await plainLink();
  const caption = { ...captionNow(), link };
  const blob =
    format === "png"
      ? await pngOf(drawing, caption)
      : new Blob([svgText(drawing, caption)], { type: "image/svg+xml" });
  const file = document.createElement("a");
  file.href = URL.createObjectURL(blob);
  file.download = `${fileName(`${caption.title} ${caption.subtitle}`)}.${format}`;
  file.click();
  setTimeout(() => URL.revokeObjectURL(file.href), DOWNLOADED_MS);
}

function captionNow(): Omit<Caption, "link"> {
  const lane = runStore.getState().lanes[viewStore.getState().selectedLane];
  const scenario = scenarioStore.getState().document;
  const seed = scenario?.seed ?? DEFAULT_SEED;
  return {
    title: scenario?.name ?? "",
    subtitle: lane === undefined ? "" : `${lane.letter} ${lane.name}`,
    footer: `Interleave · seed ${seed} · at ${instant(lane?.nowNs ?? 0)}${THIN}s`,
  };
}

/** What holds where a scenario names no seed. */
const DEFAULT_SEED = 1;

/** Letters and digits of any script, the rest as dashes. */
export function fileName(title: string): string {
  const plain = title.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "-");
  return plain.replaceAll(/^-|-$/g, "").slice(0, 80) || "flow";
}
