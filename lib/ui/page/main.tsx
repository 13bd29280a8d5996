/** Starts the page. */
import { render } from "preact";
import { Live } from "./data/live.ts";
import { App } from "./shell/app.tsx";

const live = new Live();
live.start();
render(<App live={live} />, document.getElementById("page")!);
