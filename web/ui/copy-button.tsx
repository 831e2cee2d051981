/** Copies a text that is made when it is asked for, and says so. */
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";

const SAID_MS = 2000;

interface CopyButtonProps {
  readonly children: string;
  /** undefined: there is nothing to copy at present. */
  readonly text: () => string | undefined;
}

export function CopyButton({ children, text }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    const made = text();
    if (made === undefined) return;
    await navigator.clipboard.writeText(made);
    setCopied(true);
  };
  return (
    <>
      <Button
        icon={copied ? "check" : "copy"}
        look="ghost"
        size="small"
        onPress={() => void copy()}
      >
        {copied ? "Copied" : children}
      </Button>
      <output className="visually-hidden">{copied ? "Copied to the clipboard" : ""}</output>
    </>
  );
}
