/** The fields of one step, and what can be done with it as a whole. */
import { isList, isObject, joinPath, readPath, type Json } from "../state/document-path.ts";
import { edit } from "../state/scenario-actions.ts";
import { scenarioStore } from "../state/scenario-store.ts";
import { IconButton } from "../ui/button.tsx";
import { ChoiceField } from "../ui/field.tsx";
import { ChannelChoice, SelectCases } from "./channel-fields.tsx";
import { DistributionField } from "./distribution-field.tsx";
import { DocChoice, DocField, useDraft } from "./doc-field.tsx";
import { NEW_STEP, STEP_KINDS, type StepKind, type StepRow } from "./program.ts";
import { STEP_LABELS } from "./step-text.ts";

export function StepFields({ row, onClose }: { row: StepRow; onClose: () => void }) {
  const { path, kind } = row;
  const [list, index] = splitLast(path);
  const move = (by: number): void => {
    moveStep(list, index, by);
    onClose();
  };
  return (
    <div className="editor-fields step-fields">
      <ChoiceField
        label="Kind"
        value={kind ?? ""}
        options={STEP_KINDS.map((word) => [word, STEP_LABELS[word]] as const)}
        onCommit={(word) =>
          edit(path, newStep(STEP_KINDS.find((known) => known === word) ?? "cpu"))
        }
      />
      <KindFields path={path} kind={kind} />
      <div className="step-actions">
        <IconButton
          icon="up"
          size="small"
          label="Move up"
          disabled={index === 0 && "It is the first step"}
          onPress={() => move(-1)}
        />
        <IconButton icon="down" size="small" label="Move down" onPress={() => move(1)} />
        <IconButton
          icon="trash"
          size="small"
          label="Remove this step"
          onPress={() => {
            edit(path, undefined);
            onClose();
          }}
        />
      </div>
    </div>
  );
}

function KindFields({ path, kind }: { path: string; kind: StepKind | undefined }) {
  switch (kind) {
    case "cpu":
      return (
        <>
          <DistributionField path={`${path}.cpu`} label="Time on a core" required />
          <DocChoice
            path={`${path}.gil`}
            label="GIL, where there is one"
            options={[
              ["", "held"],
              ["released", "released"],
            ]}
            fromJson={(value) => (value === "released" ? "released" : "")}
          />
        </>
      );
    case "io":
    case "block":
    case "sleep":
      return <DistributionField path={`${path}.${kind}`} label="Duration" required />;
    case "acquire":
      return <PoolFields path={path} />;
    case "lock":
    case "rlock":
    case "wlock":
      return <NameChoice path={`${path}.${kind}`} label="Lock" part="locks" />;
    case "atomic":
      return (
        <>
          <DocField path={`${path}.atomic`} label="Counter" kind="text" required />
          <DocField path={`${path}.ops`} label="Operations" kind="number" placeholder="1" />
        </>
      );
    case "alloc":
    case "hold":
      return (
        <>
          <DocField path={`${path}.${kind}`} label="Bytes" kind="text" required />
          <DocField path={`${path}.pool`} label="From object pool" kind="text" placeholder="none" />
        </>
      );
    case "fail":
    case "panic":
      return <DocField path={`${path}.${kind}`} label="Probability" kind="number" required />;
    case "send":
    case "receive":
    case "close":
      return <ChannelChoice path={`${path}.${kind}`} />;
    case "select":
      return <SelectCases path={`${path}.select`} />;
    case "spawn":
      return <p className="editor-note">The steps below run beside the request.</p>;
    case "choose":
      return <Branches path={`${path}.choose`} />;
    case "parallel":
      return <DocField path={`${path}.wait`} label="Wait for" kind="text" placeholder="all" />;
    case "offload":
      return <OffloadFields path={path} />;
    case undefined:
      return <p className="editor-note">This step is edited in the JSON view.</p>;
  }
}

function OffloadFields({ path }: { path: string }) {
  return (
    <>
      <p className="editor-note">The steps below run on the runtime&apos;s executor.</p>
      <DocChoice
        path={`${path}.slow`}
        label="Class"
        options={[
          ["", "ordinary"],
          ["slow", "slow, as name look-ups"],
        ]}
        fromJson={(json) => (json === true ? "slow" : "")}
        toJson={(word) => (word === "" ? undefined : true)}
      />
    </>
  );
}

/** One of the names that a part of the document declares. */
function NameChoice(props: { path: string; label: string; part: string }) {
  const declared = useDraft(props.part);
  const names = isObject(declared) ? Object.keys(declared) : [];
  const options = names.map((name) => [name, name] as const);
  return <DocChoice path={props.path} label={props.label} options={options} />;
}

function PoolFields({ path }: { path: string }) {
  return (
    <>
      <NameChoice path={`${path}.acquire`} label="Pool" part="pools" />
      <DocField path={`${path}.timeout`} label="Give up after" kind="text" placeholder="never" />
    </>
  );
}

function Branches({ path }: { path: string }) {
  const branches = useDraft(path);
  if (!isList(branches)) return null;
  return branches.map((_branch, index) => (
    <DocField
      // Branches have no identity of their own; their order is what they are.
      // oxlint-disable-next-line react/no-array-index-key
      key={index}
      path={`${joinPath(path, index)}.p`}
      label={`Probability of branch ${index + 1}`}
      kind="number"
    />
  ));
}

/** A new step of the kind, with the first pool, lock or channel that there is. */
function newStep(kind: StepKind): Json {
  const pool = firstName("pools") ?? "db";
  const channel = firstName("channels") ?? "jobs";
  switch (kind) {
    case "acquire":
      return { acquire: pool, steps: [{ io: "5ms" }] };
    case "lock":
    case "rlock":
    case "wlock":
      return { [kind]: firstName("locks") ?? "orders", steps: [{ cpu: "1ms" }] };
    case "send":
    case "receive":
    case "close":
      return { [kind]: channel };
    case "select":
      return { select: [{ receive: channel }, { timeout: "50ms", steps: [{ fail: 1 }] }] };
    default:
      return NEW_STEP[kind];
  }
}

function firstName(part: string): string | undefined {
  const named = readPath(scenarioStore.getState().draft, part);
  return isObject(named) ? Object.keys(named)[0] : undefined;
}

function moveStep(list: string, index: number, by: number): void {
  const steps = readPath(scenarioStore.getState().draft, list);
  const step = isList(steps) ? steps[index] : undefined;
  const to = index + by;
  if (!isList(steps) || step === undefined || to < 0 || to >= steps.length) return;
  edit(list, steps.toSpliced(index, 1).toSpliced(to, 0, step));
}

/** `requests.order.steps[2]` as the list's path and the step's place in it. */
function splitLast(path: string): [list: string, index: number] {
  const open = path.lastIndexOf("[");
  return [path.slice(0, open), Number(path.slice(open + 1, -1))];
}
