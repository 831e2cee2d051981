/** The page's entry: styles, the first scenario, and React. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./styles/tokens.css";
import "./styles/base.css";
import "./ui/ui.css";
import { App } from "./app/app.tsx";
import { boot } from "./app/boot.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
boot();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
