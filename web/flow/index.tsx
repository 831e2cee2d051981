/** The flow of requests through the selected lane, drawn from its topology. */
import "../charts/lanes.css";
import "./flow.css";
import "./machinery.css";
import "./panel.css";

export { FlowView } from "./flow-view.tsx";
export { laneAsMermaid } from "./mermaid.ts";
export { PhoneFlow } from "./phone-flow.tsx";
