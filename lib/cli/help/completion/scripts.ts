/**
 * What shells need to complete the command line. The scripts know nothing of the program: they call its hidden command
 * `complete` with the words so far, and it answers what the next word may be (`answer.ts`). So they never get out of
 * date.
 */

/** The scripts by the shell that reads them. */
export const SCRIPTS = {
  bash: new URL("./sfcrime.bash", import.meta.url),
  zsh: new URL("./sfcrime.zsh", import.meta.url),
  fish: new URL("./sfcrime.fish", import.meta.url),
} as const;

export type Shell = keyof typeof SCRIPTS;

/** How a shell is told to read its script each time it starts. */
export const HOW: Readonly<Record<Shell, string>> = {
  bash: "echo 'source <(sfcrime completion bash)' >> ~/.bashrc",
  zsh: "echo 'source <(sfcrime completion zsh)' >> ~/.zshrc    # after compinit",
  fish: "sfcrime completion fish > ~/.config/fish/completions/sfcrime.fish",
};
