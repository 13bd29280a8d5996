/** A titled part of the page, and a table in it that scrolls by itself where it is too wide. */
import type { ComponentChildren } from "preact";

/** See the module's description. */
export function Panel({ title, note, isWide = false, children }: {
  readonly title: string;
  /** What stands beside the title. */
  readonly note?: ComponentChildren;
  readonly isWide?: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    <section class={isWide ? "card panel wide" : "card panel"} aria-label={title}>
      <header>
        <h3>{title}</h3>
        {note !== undefined && <p class="note">{note}</p>}
      </header>
      {children}
    </section>
  );
}

/** A table that scrolls in its place; the keyboard scrolls it, too. */
export function ScrollingTable({ name, children }: {
  readonly name: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Table: ${name}`}>
      <table>{children}</table>
    </div>
  );
}

/** What stands in the place of a table without rows. */
export function Nothing({ children }: { readonly children: ComponentChildren }) {
  return <p class="nothing">{children}</p>;
}
