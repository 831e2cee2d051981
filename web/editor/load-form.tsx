/** Who sends requests: one block of fields per load of the document. */
import { isList, isObject, joinPath, type Json, type JsonObject } from "../state/document-path.ts";
import { edit } from "../state/scenario-actions.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { ChoiceField } from "../ui/field.tsx";
import { changeExecutor, EXECUTORS, loadSummary } from "./load-model.ts";
import { DistributionField } from "./distribution-field.tsx";
import { DocChoice, DocField, DocSwitch, useDraft } from "./doc-field.tsx";
import { LoadProfile } from "./load-profile.tsx";
import { More, Section } from "./section.tsx";

export function LoadSection() {
  const load = useDraft("load");
  const names = isObject(load) ? Object.keys(load) : [];
  const only = isObject(load) && names.length === 1 ? load[names[0] ?? ""] : undefined;
  return (
    <Section
      title="Load"
      aside={<span className="editor-aside">{isObject(only) ? loadSummary(only) : null}</span>}
    >
      <LoadProfile />
      {names.map((name) => (
        <LoadForm
          key={name}
          name={names.length > 1 ? name : undefined}
          path={joinPath("load", name)}
        />
      ))}
    </Section>
  );
}

function LoadForm({ name, path }: { name: string | undefined; path: string }) {
  const load = useDraft(path);
  if (!isObject(load)) return null;
  return (
    <div className="editor-block">
      {name === undefined ? null : <h3 className="editor-name">{name}</h3>}
      <div className="editor-fields">
        <MainFields load={load} path={path} />
        <DocField path={`${path}.timeout`} label="Timeout" kind="text" placeholder="none" />
      </div>
      <More summary="All load settings">
        <ChoiceField
          label="Executor"
          value={String(load["executor"])}
          options={EXECUTORS}
          testId={TEST_IDS.executor}
          onCommit={(executor) => edit(path, changeExecutor(load, executor))}
        />
        <ArrivalFields load={load} path={path} />
        <DocField path={`${path}.start`} label="Starts at" kind="text" placeholder="0s" />
        <DocField path={`${path}.duration`} label="Sends for" kind="text" placeholder="whole run" />
        <DocField
          path={`${path}.connections.count`}
          label="Connections"
          kind="number"
          placeholder="as needed"
        />
        <DocSwitch
          path={`${path}.cancel`}
          label="A timeout stops the server's work"
          off="no"
          on="yes"
        />
        <DocChoice
          path={`${path}.origin`}
          label="Requests come from"
          options={[
            ["", "clients"],
            ["inside", "inside the runtime"],
          ]}
          fromJson={(value) => (value === "inside" ? "inside" : "")}
        />
      </More>
    </div>
  );
}

/** The figures that the executor is about. */
function MainFields({ load, path }: { load: JsonObject; path: string }) {
  switch (load["executor"]) {
    case "constant-arrival-rate":
      return (
        <DocField
          path={`${path}.rate`}
          label="Requests"
          kind="number"
          required
          unit="/s"
          testId={TEST_IDS.loadRate}
        />
      );
    case "constant-vus":
      return (
        <DocField
          path={`${path}.vus`}
          label="Users"
          kind="number"
          required
          testId={TEST_IDS.loadUsers}
        />
      );
    case "ramping-arrival-rate":
      return <Stages load={load} path={path} start="startRate" unit="/s" />;
    case "ramping-vus":
      return <Stages load={load} path={path} start="startVUs" unit="users" />;
    default:
      return (
        <p className="editor-note">
          {`A recorded trace: ${traceLength(load)}. Its times are in the JSON view.`}
        </p>
      );
  }
}

function ArrivalFields({ load, path }: { load: JsonObject; path: string }) {
  const executor = String(load["executor"]);
  if (executor.endsWith("-vus")) {
    return <DistributionField path={`${path}.thinkTime`} label="Think time" placeholder="0s" />;
  }
  if (executor === "trace" || isObject(load["arrivals"])) return null;
  return (
    <DocChoice
      path={`${path}.arrivals`}
      label="Arrivals"
      options={[
        ["", "Poisson"],
        ["uniform", "evenly spaced"],
      ]}
      fromJson={(value) => (value === "uniform" ? "uniform" : "")}
    />
  );
}

interface StagesProps {
  readonly load: JsonObject;
  readonly path: string;
  readonly start: "startRate" | "startVUs";
  readonly unit: string;
}

function Stages({ load, path, start, unit }: StagesProps) {
  const stages = isList(load["stages"]) ? load["stages"] : [];
  const last: Json | undefined = stages.at(-1);
  const target = isObject(last) ? (last["target"] ?? 0) : 0;
  return (
    <div className="editor-stages" role="group" aria-label="Stages">
      <DocField path={`${path}.${start}`} label="From" kind="number" unit={unit} placeholder="0" />
      {stages.map((_stage, index) => {
        const stage = joinPath(`${path}.stages`, index);
        return (
          // Stages have no identity of their own; their order is what they are.
          // oxlint-disable-next-line react/no-array-index-key
          <div className="editor-stage" key={index} data-stage={index}>
            <DocField
              path={`${stage}.duration`}
              label={`Stage ${index + 1}: in`}
              kind="text"
              required
            />
            <DocField path={`${stage}.target`} label="to" kind="number" required unit={unit} />
            <IconButton
              icon="close"
              size="small"
              label={`Remove stage ${index + 1}`}
              disabled={stages.length === 1 && "A load needs a stage"}
              onPress={() => edit(stage, undefined)}
            />
          </div>
        );
      })}
      <Button
        look="ghost"
        size="small"
        icon="plus"
        onPress={() => edit(`${path}.stages`, [...stages, { duration: "10s", target }])}
      >
        Add a stage
      </Button>
    </div>
  );
}

function traceLength(load: JsonObject): string {
  const { times, rates } = load;
  if (isList(times)) return times.length === 1 ? "1 arrival" : `${times.length} arrivals`;
  return isList(rates) ? `${rates.length} corners of a rate` : "empty";
}
