/** The fields of one lane: its name, its model, and the parameters that the model has. */
import { isObject, type Json, type JsonObject } from "../state/document-path.ts";
import { edit } from "../state/scenario-actions.ts";
import { TEST_IDS } from "../test-ids.ts";
import { ChoiceField } from "../ui/field.tsx";
import { DocChoice, DocField, DocSwitch } from "./doc-field.tsx";
import { changeModel, hasGil, MODELS, profileOf, profilesOf } from "./lane-model.ts";

export function LaneFields({ path, runtime }: { path: string; runtime: JsonObject }) {
  const at = `${path}.runtime`;
  const model = String(runtime["model"]);
  return (
    <div className="editor-fields">
      <DocField path={`${path}.name`} label="Name" kind="text" required />
      <ChoiceField
        label="Model"
        value={model}
        options={MODELS}
        testId={TEST_IDS.laneModel}
        onCommit={(word) => edit(at, changeModel(runtime, word))}
      />
      <DocChoice
        path={`${at}.profile`}
        label="Profile"
        options={profilesOf(model)}
        fromJson={() => profileOf(runtime)}
      />
      <ModelFields at={at} model={model} runtime={runtime} />
      <HeapFields at={at} profile={profileOf(runtime)} />
      <DocField path={`${at}.processes`} label="Processes" kind="number" placeholder="1" />
      <DocField path={`${at}.backlog`} label="Backlog" kind="number" placeholder="profile's" />
      <DocField
        path={`${at}.maxConnections`}
        label="Max connections"
        kind="number"
        placeholder="profile's"
      />
      <DocSwitch
        path={`${at}.reusePort`}
        label="Listening socket"
        off="shared by the processes"
        on="one each (SO_REUSEPORT)"
      />
      <DocSwitch
        path={`${at}.recover`}
        label="A panic"
        off="kills the process"
        on="fails the request"
      />
    </div>
  );
}

/** The JVM's collector, and the limit that its heap has as well as V8's. */
function HeapFields({ at, profile }: { at: string; profile: string }) {
  const isJvm = profile.startsWith("jvm-") || profile === "netty";
  if (!isJvm && profile !== "node-20") return null;
  return (
    <>
      {isJvm ? (
        <DocChoice
          path={`${at}.collector`}
          label="Collector"
          options={[
            ["", "G1"],
            ["zgc", "ZGC"],
          ]}
          fromJson={(value) => (value === "zgc" ? "zgc" : "")}
        />
      ) : null}
      <DocField
        path={`${at}.heapLimit`}
        label="Heap limit"
        kind="text"
        placeholder={isJvm ? "a quarter of the memory" : "V8's"}
      />
    </>
  );
}

interface ModelFieldsProps {
  readonly at: string;
  readonly model: string;
  readonly runtime: JsonObject;
}

function ModelFields({ at, model, runtime }: ModelFieldsProps) {
  switch (model) {
    case "threads":
      return (
        <>
          <DocField
            path={`${at}.threads`}
            label="Threads"
            kind="number"
            placeholder="profile's"
            testId={TEST_IDS.laneThreads}
          />
          <DocField path={`${at}.queue`} label="Queue" kind="number" placeholder="profile's" />
          <GilFields at={at} runtime={runtime} />
        </>
      );
    case "event-loop":
      return (
        <>
          <DocField
            path={`${at}.loops`}
            label="Loops per process"
            kind="number"
            placeholder="profile's"
          />
          <ExecutorFields at={at} runtime={runtime} />
          <GilFields at={at} runtime={runtime} />
        </>
      );
    case "goroutines":
      return (
        <>
          <DocField
            path={`${at}.gomaxprocs`}
            label="GOMAXPROCS"
            kind="number"
            placeholder="cores"
          />
          <DocField path={`${at}.gogc`} label="GOGC" kind="number" placeholder="100" />
          <DocField path={`${at}.memoryLimit`} label="GOMEMLIMIT" kind="text" placeholder="none" />
        </>
      );
    case "virtual-threads":
      return (
        <>
          <DocField
            path={`${at}.parallelism`}
            label="Carriers per process"
            kind="number"
            placeholder="cores"
          />
          <DocField
            path={`${at}.pinned`}
            label="Pinned share of I/O"
            kind="number"
            placeholder="0"
          />
        </>
      );
    default:
      return null;
  }
}

/** Steps inside `offload` run on threads of the process, on worker threads, or on processes. */
function ExecutorFields({ at, runtime }: { at: string; runtime: JsonObject }) {
  const executor = isObject(runtime["executor"]) ? runtime["executor"] : {};
  const kind = Object.keys(executor)[0] ?? "";
  return (
    <>
      <ChoiceField
        label="Executor"
        value={kind}
        options={[
          ["", "profile's threads"],
          ["threads", "threads"],
          ["workers", "worker threads"],
          ["processes", "processes"],
        ]}
        onCommit={(word) => edit(`${at}.executor`, word === "" ? undefined : { [word]: 4 })}
      />
      {kind === "" ? null : (
        <DocField
          path={`${at}.executor.${kind}`}
          label={`Executor ${kind}`}
          kind="number"
          required
        />
      )}
    </>
  );
}

function GilFields({ at, runtime }: { at: string; runtime: JsonObject }) {
  const known = hasGil(withoutGil(runtime));
  return (
    <>
      <DocChoice
        path={`${at}.gil`}
        label="GIL"
        options={[
          ["", known ? "profile's (on)" : "profile's (off)"],
          ["on", "on"],
          ["off", "off"],
        ]}
        fromJson={gilWord}
        toJson={(word) => (word === "" ? undefined : word === "on")}
      />
      {hasGil(runtime) ? (
        <DocField
          path={`${at}.gil.switchInterval`}
          label="Switch interval"
          kind="text"
          placeholder="5ms"
        />
      ) : null}
    </>
  );
}

function withoutGil(runtime: JsonObject): JsonObject {
  const { gil: _gil, ...rest } = runtime;
  return rest;
}

function gilWord(value: Json | undefined): string {
  if (value === undefined) return "";
  return value === false ? "off" : "on";
}
