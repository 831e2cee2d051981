/** A modal dialog with a title bar; Escape and a press outside close it. */
import type { ReactNode } from "react";
import {
  Button as AriaButton,
  Dialog as AriaDialog,
  Heading,
  Modal,
  ModalOverlay,
} from "react-aria-components";
import { Icon } from "./icons.tsx";

interface DialogProps {
  readonly title: string;
  readonly width: "narrow" | "regular" | "wide";
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly testId?: string;
}

export function Dialog({ title, width, onClose, children, testId }: DialogProps) {
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={onClose}>
      <Modal className={`modal modal-${width}`}>
        <AriaDialog className="dialog" {...(testId ? { "data-testid": testId } : {})}>
          <header className="dialog-head">
            <Heading slot="title" className="dialog-title">
              {title}
            </Heading>
            {/* Without a tooltip, which would take the first Escape for itself. */}
            <AriaButton
              className="button button-icon button-ghost button-regular"
              aria-label="Close"
              onPress={onClose}
            >
              <Icon name="close" />
            </AriaButton>
          </header>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
