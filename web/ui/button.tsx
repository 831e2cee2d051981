/** Buttons: one ink button at a time is primary; icon buttons carry their name as a tooltip. */
import { type ReactNode, type RefObject, useLayoutEffect, useRef } from "react";
import { Button as AriaButton, Tooltip, TooltipTrigger } from "react-aria-components";
import { Icon, type IconName } from "./icons.tsx";

interface ButtonProps {
  readonly children: ReactNode;
  readonly icon?: IconName;
  readonly look?: "plain" | "ghost" | "primary";
  readonly size?: "small" | "regular";
  readonly testId?: string;
  readonly onPress?: () => void;
  /** "close" for the button of a dialog that closes it. */
  readonly slot?: string;
}

export function Button(props: ButtonProps) {
  const { children, icon, look = "plain", size = "regular", testId, onPress, slot } = props;
  return (
    <AriaButton
      className={`button button-${look} button-${size}`}
      {...(slot === undefined ? {} : { slot })}
      {...(onPress === undefined ? {} : { onPress })}
      {...(testId === undefined ? {} : { "data-testid": testId })}
    >
      {icon === undefined ? null : <Icon name={icon} size={size === "small" ? 14 : 16} />}
      {children}
    </AriaButton>
  );
}

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  /** The key that does the same, shown in the tooltip. */
  readonly keys?: string;
  readonly look?: "ghost" | "primary";
  readonly size?: "small" | "regular";
  /** It is disabled, and this is why. */
  readonly disabled?: string | false;
  readonly testId?: string;
  readonly onPress: () => void;
}

export function IconButton(props: IconButtonProps) {
  const { icon, label, keys, look = "ghost", size = "regular", testId, onPress } = props;
  const reason = props.disabled || undefined;
  const button = useTitle(reason);
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      <AriaButton
        className={`button button-icon button-${look} button-${size}`}
        ref={button}
        aria-label={label}
        isDisabled={reason !== undefined}
        onPress={onPress}
        {...(testId === undefined ? {} : { "data-testid": testId })}
      >
        <Icon name={icon} size={size === "small" ? 14 : 16} />
      </AriaButton>
      <Tooltip className="tooltip" offset={6}>
        {label}
        {keys === undefined ? null : <Key>{keys}</Key>}
      </Tooltip>
    </TooltipTrigger>
  );
}

/** What is disabled gets no tooltip, and React Aria's button takes no title. */
function useTitle(text: string | undefined): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (text === undefined) button.current?.removeAttribute("title");
    else button.current?.setAttribute("title", text);
  }, [text]);
  return button;
}

/** A key on the keyboard. */
export function Key({ children }: { readonly children: ReactNode }) {
  return <kbd className="key">{children}</kbd>;
}
