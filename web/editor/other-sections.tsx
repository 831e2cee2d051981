/** The short sections of the form: machine, pools, objectives, the run itself. */
import type { ReactNode } from "react";
import { isObject, joinPath } from "../state/document-path.ts";
import { TEST_IDS } from "../test-ids.ts";
import { CalibrationField } from "./calibration-field.tsx";
import { DocChoice, DocField, DocSwitch, useDraft } from "./doc-field.tsx";
import { Section } from "./section.tsx";

/** More squares than this say no more than the number beside them. */
const CORE_SQUARES = 8;

/** What the format takes where the document says nothing. */
const DEFAULT_CORES = 4;

export function MachineSection() {
  const cores = useDraft("machine.cores");
  const count = typeof cores === "number" ? cores : DEFAULT_CORES;
  const squares = Array.from({ length: CORE_SQUARES }, (_, index) => index);
  return (
    <Section title="Machine">
      <div className="editor-fields">
        <div className="cores-row">
          <DocField
            path="machine.cores"
            label="Cores"
            kind="number"
            placeholder={String(DEFAULT_CORES)}
            testId={TEST_IDS.cores}
          />
          {count > CORE_SQUARES ? null : (
            <span className="cores" aria-hidden="true">
              {squares.map((index) => (
                <i key={index} data-on={index < count} />
              ))}
            </span>
          )}
        </div>
        <DocField
          path="machine.cpus"
          label="CPU limit in cores"
          kind="number"
          placeholder="none"
          testId={TEST_IDS.cpus}
        />
        <DocField
          path="machine.memory"
          label="Memory"
          kind="text"
          placeholder="16GiB"
          testId={TEST_IDS.memory}
        />
        <CalibrationField />
      </div>
    </Section>
  );
}

export function PoolsSection() {
  return (
    <NamedSection title="Pools" within="pools">
      {(name, at) => (
        <>
          <DocField path={`${at}.size`} label={`${name}: size`} kind="number" />
          <DocField
            path={`${at}.minIdle`}
            label={`${name}: open from the start`}
            kind="number"
            placeholder="all"
          />
          <DocChoice
            path={`${at}.order`}
            label={`${name}: who is served first`}
            options={[
              ["", "first come"],
              ["lifo", "last come"],
              ["random", "at random"],
              ["native", "as the runtime's semaphore"],
            ]}
            fromJson={(value) => (typeof value === "string" && value !== "fifo" ? value : "")}
          />
          <DocField
            path={`${at}.acquireTimeout`}
            label={`${name}: give up after`}
            kind="text"
            placeholder="never"
          />
        </>
      )}
    </NamedSection>
  );
}

export function LocksSection() {
  return (
    <NamedSection title="Locks" within="locks">
      {(name, at) => (
        <DocSwitch
          path={`${at}.fair`}
          label={`${name}: who has it next`}
          off="as the runtime has it"
          on="first come, first served"
        />
      )}
    </NamedSection>
  );
}

export function ChannelsSection() {
  return (
    <NamedSection title="Channels" within="channels">
      {(name, at) => (
        <DocField path={`${at}.capacity`} label={`${name}: buffer`} kind="number" required />
      )}
    </NamedSection>
  );
}

interface NamedSectionProps {
  readonly title: string;
  /** Where the document declares them, by name. */
  readonly within: string;
  /** The fields of one of them, whose path is `at`. */
  readonly children: (name: string, at: string) => ReactNode;
}

/** What a document declares by name; nothing where it declares none. */
function NamedSection({ title, within, children }: NamedSectionProps) {
  const declared = useDraft(within);
  const names = isObject(declared) ? Object.keys(declared) : [];
  if (names.length === 0) return null;
  return (
    <Section title={title}>
      {names.map((name) => (
        <div key={name} className="editor-fields">
          {children(name, joinPath(within, name))}
        </div>
      ))}
    </Section>
  );
}

export function SloSection() {
  return (
    <Section title="SLO">
      <div className="editor-fields">
        <DocField
          path="slo.p99"
          label="p99 at most"
          kind="text"
          placeholder="none"
          testId={TEST_IDS.sloP99}
        />
        <DocField
          path="slo.errorRate"
          label="Share of errors at most"
          kind="number"
          placeholder="none"
        />
      </div>
    </Section>
  );
}

export function RunSection() {
  return (
    <Section title="Run">
      <div className="editor-fields">
        <DocField path="duration" label="Virtual time" kind="text" required />
        <DocField path="warmup" label="Warm-up left out" kind="text" placeholder="0s" />
        <DocField path="seed" label="Seed" kind="number" placeholder="1" />
      </div>
    </Section>
  );
}
