/** What a run came to: tabs, comparison, insight. */
import "../charts/lanes.css";
import "./results.css";

export { ComparisonTable } from "./comparison-table.tsx";
export { InsightCard } from "./insight-card.tsx";
export { LaneTabs } from "./lane-tabs.tsx";
