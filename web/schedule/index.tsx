/** The timeline of cores, locks and threads around the clock. */
import "../charts/lanes.css";
import "./schedule.css";

export { ScheduleView } from "./schedule-view.tsx";
