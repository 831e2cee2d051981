/** The short sections of the form: machine, pools, objectives, the run itself. */
import { isObject, joinPath } from "../state/document-path.ts";
import { TEST_IDS } from "../test-ids.ts";
import { CalibrationField } from "./calibration-field.tsx";
import { DocChoice, DocField, useDraft } from "./doc-field.tsx";
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
  const pools = useDraft("pools");
  const names = isObject(pools) ? Object.keys(pools) : [];
  if (names.length === 0) return null;
  return (
    <Section title="Pools">
      {names.map((name) => (
        <div key={name} className="editor-fields">
          <DocField
            path={`${joinPath("pools", name)}.size`}
            label={`${name}: size`}
            kind="number"
          />
          <DocField
            path={`${joinPath("pools", name)}.minIdle`}
            label={`${name}: open from the start`}
            kind="number"
            placeholder="all"
          />
          <DocChoice
            path={`${joinPath("pools", name)}.order`}
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
            path={`${joinPath("pools", name)}.acquireTimeout`}
            label={`${name}: give up after`}
            kind="text"
            placeholder="never"
          />
        </div>
      ))}
    </Section>
  );
}

export function LocksSection() {
  const locks = useDraft("locks");
  const names = isObject(locks) ? Object.keys(locks) : [];
  if (names.length === 0) return null;
  return (
    <Section title="Locks">
      {names.map((name) => (
        <div key={name} className="editor-fields">
          <DocChoice
            path={`${joinPath("locks", name)}.fair`}
            label={`${name}: who has it next`}
            options={[
              ["", "as the runtime has it"],
              ["fair", "first come, first served"],
            ]}
            fromJson={(value) => (value === true ? "fair" : "")}
            toJson={(word) => (word === "" ? undefined : true)}
          />
        </div>
      ))}
    </Section>
  );
}

export function ChannelsSection() {
  const channels = useDraft("channels");
  const names = isObject(channels) ? Object.keys(channels) : [];
  if (names.length === 0) return null;
  return (
    <Section title="Channels">
      {names.map((name) => (
        <div key={name} className="editor-fields">
          <DocField
            path={`${joinPath("channels", name)}.capacity`}
            label={`${name}: buffer`}
            kind="number"
            required
          />
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
