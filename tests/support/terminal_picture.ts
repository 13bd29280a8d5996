/**
 * Draws a terminal window as SVG: a picture of a screen, or a recording of several, one after the other. It needs no
 * script, and no font but that of the reader; where nothing moves, by wish or for want of CSS, it is the last screen.
 */

/** A part of a line in one style. */
export interface ScreenPart {
  readonly text: string;
  readonly bold: boolean;
  /** The number of a terminal's basic colour. */
  readonly color: number | undefined;
}

/** The lines of a screen. */
export type Screen = readonly (readonly ScreenPart[])[];

/** A screen, and how long it stands. */
export interface Frame {
  readonly screen: Screen;
  readonly seconds: number;
}

/** What a picture is, for those who do not see it. */
export interface PictureText {
  readonly title: string;
  readonly description?: string;
}

const COLUMN_PX = 8.4;
const ROW_PX = 19;
const MARGIN_PX = 20;
const TITLE_PX = 36;

/** The colours of text on the dark window, by the number of a terminal's; each contrasts with it by more than 7:1. */
const COLORS: Readonly<Record<number, string>> = { 1: "#ff9c94", 2: "#7ee787", 3: "#e3b341" };

/** A line in no style. */
export function plainLine(text: string): readonly ScreenPart[] {
  return [{ text, bold: false, color: undefined }];
}

/** The lines that a picture shows; of a recording, those of each screen. */
export function linesOf(svg: string): string[] {
  return [...svg.matchAll(/<text class="line"[^>]*>(.*?)<\/text>/gs)].map(([, content]) =>
    content!.replaceAll(/<\/?tspan[^>]*>/g, "").replaceAll("\u00a0", " ").replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">").replaceAll("&amp;", "&")
  );
}

/** Draws frames. */
export function drawTerminal(frames: readonly Frame[], { title, description }: PictureText): string {
  const screens = frames.map(({ screen }) => screen);
  const columns = Math.max(...screens.flat().map((line) => textOf(line).length));
  const rows = Math.max(...screens.map((screen) => screen.length));
  const [width, height] = [
    Math.ceil(columns * COLUMN_PX + 2 * MARGIN_PX),
    TITLE_PX + rows * ROW_PX + MARGIN_PX,
  ];
  const buttons = ["#ff5f57", "#febc2e", "#28c840"].map((color, index) =>
    `<circle cx="${MARGIN_PX + index * 20}" cy="18" r="6" fill="${color}" />`
  );
  return [
    // With a size of its own, text is as large in each picture.
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"` +
    ` role="img" aria-label="${title}">`,
    `<title>${escaped(title)}</title>`,
    ...description === undefined ? [] : [`<desc>${escaped(description)}</desc>`],
    ...frames.length < 2 ? [] : [`<style>${motion(frames)}</style>`],
    `<rect width="${width}" height="${height}" rx="8" fill="#1e1e1e" />`,
    ...buttons,
    `<g fill="#d4d4d4" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14">`,
    ...screens.flatMap((screen, index) =>
      frames.length < 2
        ? drawScreen(screen)
        : [`<g class="frame" id="frame${index}">`, ...drawScreen(screen), `</g>`]
    ),
    `</g>`,
    `</svg>`,
    "",
  ].join("\n");
}

/** Each frame is seen in its turn. */
function motion(frames: readonly Frame[]): string {
  const total = frames.reduce((sum, { seconds }) => sum + seconds, 0);
  let from = 0;
  const rules = frames.map(({ seconds }, index) => {
    const [start, end] = [from, from + seconds].map((at) => `${Number((100 * at / total).toFixed(2))}%`);
    from += seconds;
    const [hidden, seen] = ["visibility: hidden", "visibility: visible"];
    const before = index === 0 ? "" : `0% { ${hidden} } `;
    const after = index === frames.length - 1 ? "" : ` ${end} { ${hidden} }`;
    return `@keyframes frame${index} { ${before}${start} { ${seen} }${after} }
      #frame${index} { animation: frame${index} ${total}s step-end infinite; }`;
  });
  return `
    .frame { visibility: hidden; }
    .frame:last-child { visibility: visible; }
    @media (prefers-reduced-motion: no-preference) {
      ${rules.join("\n      ")}
    }
  `;
}

function drawScreen(screen: Screen): string[] {
  return screen.map((line, index) =>
    `<text class="line" x="${MARGIN_PX}" y="${TITLE_PX + (index + 1) * ROW_PX}">${drawLine(line)}</text>`
  );
}

function drawLine(line: readonly ScreenPart[]): string {
  return line.map(({ text, bold, color }) => {
    const style = [
      ...bold ? [`font-weight="bold"`] : [],
      ...color === undefined ? [] : [`fill="${COLORS[color] ?? "#d4d4d4"}"`],
    ];
    return style.length === 0 ? cells(text) : `<tspan ${style.join(" ")}>${cells(text)}</tspan>`;
  }).join("");
}

function textOf(line: readonly ScreenPart[]): string {
  return line.map(({ text }) => text).join("");
}

/** Text of a screen: with spaces that no viewer and no formatter folds into one. */
function cells(text: string): string {
  return escaped(text).replaceAll(" ", "\u00a0");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
