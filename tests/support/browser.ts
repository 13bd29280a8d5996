/** A real Chromium that looks at the dashboard of a test, and remembers what it has complained about. */
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { say } from "./say.ts";

const CHROMIUM = "chromium";

/** It runs as root in containers, has no screen, and talks to nobody by itself. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How a page is looked at. */
export interface PageOptions {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
  readonly reducedMotion?: "reduce";
  /** Whether its time can be made to pass faster. */
  readonly hasClock?: boolean;
}

/** A page, and what has gone wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors that the browser has written to its console, and exceptions; a test takes out those that it expects. */
  readonly errors: string[];
  /** The origins of everything that the page has asked for. */
  readonly origins: ReadonlySet<string>;
}

/** Where Chromium is; it is said if it is missing, which in CI is a failure. */
export async function findChromium(tested: string): Promise<string | undefined> {
  for (const directory of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${directory}/${CHROMIUM}`;
    if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  }
  if (Deno.env.get("CI") === "true") {
    throw new Error("Chromium cannot be found; the package chromium has it.");
  }
  say(`Skipped: ${tested}: chromium cannot be found; the package chromium has it.`);
  return undefined;
}

/** See the module's description. */
export class TestBrowser implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(executablePath: string): Promise<TestBrowser> {
    return new TestBrowser(await chromium.launch({ executablePath, args: FLAGS }));
  }

  /** Opens a page. */
  async open(url: string, options: PageOptions = {}): Promise<WatchedPage> {
    const { width = 1280, colorScheme = "light", reducedMotion = null, hasClock = false } = options;
    const page = await this.#browser.newPage({
      viewport: { width, height: 900 },
      colorScheme,
      reducedMotion,
    });
    if (hasClock) await page.clock.install();
    const errors: string[] = [];
    const origins = new Set<string>();
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("request", (request) => origins.add(new URL(request.url()).origin));
    await page.goto(url);
    return { page, errors, origins };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

/** What axe finds that keeps people from using a page, as lines. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate("axe.run()") as axe.AxeResults;
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target }) => `${id}: ${help}: ${target.join(" ")}`)
  );
}
