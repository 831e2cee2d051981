/** Makes a link to the present draft, copies it, and shows it with its length. */
import { useState } from "react";
import { Button as AriaButton, DialogTrigger, Popover } from "react-aria-components";
import { grouped } from "../format.ts";
import { scenarioStore } from "../state/scenario-store.ts";
import { useView } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icons.tsx";
import { makeLink, rememberHash } from "./link.ts";
import "./share.css";

type Shared =
  | { readonly kind: "making" }
  | { readonly kind: "link"; readonly url: string; readonly copied: boolean }
  | { readonly kind: "problem"; readonly text: string };

export function ShareButton({ compact = false }: { compact?: boolean }) {
  const [shared, setShared] = useState<Shared>({ kind: "making" });
  const isView = useView((view) => view.page === "inspector");
  const share = async (): Promise<void> => {
    setShared({ kind: "making" });
    setShared(await makeAndCopy());
  };
  return (
    <DialogTrigger onOpenChange={(open) => (open ? void share() : undefined)}>
      <AriaButton
        className={compact ? "button button-ghost button-icon" : "button button-plain"}
        aria-label={
          isView ? "Share view: a link to what is on screen" : "Share a link to this scenario"
        }
        data-testid={TEST_IDS.share}
      >
        <Icon name="link" />
        {compact ? null : isView ? "Share view" : "Share"}
      </AriaButton>
      <Popover
        className="share-popover"
        placement="bottom end"
        offset={6}
        aria-label="Link to this scenario"
      >
        <div className="share">
          <SharedLink shared={shared} onCopy={() => void share()} />
        </div>
      </Popover>
    </DialogTrigger>
  );
}

function SharedLink({ shared, onCopy }: { shared: Shared; onCopy: () => void }) {
  if (shared.kind === "making") return <p>Making the link…</p>;
  if (shared.kind === "problem") {
    return <p className="share-problem">No link: {shared.text}</p>;
  }
  return (
    <>
      <p role="status">{shared.copied ? "Link copied." : "Copy this link:"}</p>
      <input
        className="share-link"
        aria-label="Link"
        readOnly
        value={shared.url}
        data-testid={TEST_IDS.shareLink}
        onFocus={(event) => event.target.select()}
      />
      <div className="share-foot">
        <span>
          {grouped(shared.url.length)} characters; the scenario is in the link, on no server.
        </span>
        <Button size="small" icon="copy" onPress={onCopy}>
          Copy
        </Button>
      </div>
    </>
  );
}

async function makeAndCopy(): Promise<Shared> {
  try {
    const made = await makeLink();
    if ("problem" in made) return { kind: "problem", text: made.problem };
    rememberHash(new URL(made.url).hash);
    const { draft } = scenarioStore.getState();
    scenarioStore.setState({ loaded: made.draft, edited: draft !== made.draft });
    return { kind: "link", url: made.url, copied: await copy(made.url) };
  } catch (error) {
    return { kind: "problem", text: error instanceof Error ? error.message : String(error) };
  }
}

/** False where the browser does not let a page write to the clipboard. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
