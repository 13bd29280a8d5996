/** HTTP as bytes, for what a well-behaved client would not send. */

/** What a server has answered, and whether it has ended the connection. */
export interface RawAnswer {
  /** 0 if there was no answer. */
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Sends text, and reads until the server ends the connection. */
export async function sendRaw(port: number, text: string): Promise<RawAnswer> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  try {
    await connection.write(new TextEncoder().encode(text)).catch(() => {});
    return parsed(await textOf(connection));
  } finally {
    connection.close();
  }
}

/** A request whose connection the server is asked to end. */
export function requestText(
  target: string,
  { method = "GET", headers = {} }: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): string {
  const all = { host: "127.0.0.1", connection: "close", ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** Everything that a server sends until it ends the connection. */
export async function textOf(connection: Deno.TcpConn): Promise<string> {
  const decoder = new TextDecoder();
  const bytes = new Uint8Array(65_536);
  let text = "";
  for (;;) {
    const length = await connection.read(bytes).catch(() => null);
    if (length === null) return text;
    text += decoder.decode(bytes.subarray(0, length), { stream: true });
  }
}

function parsed(text: string): RawAnswer {
  const [head = "", ...body] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = new Headers(lines.map((line): [string, string] => {
    const at = line.indexOf(":");
    return [line.slice(0, at), line.slice(at + 1).trim()];
  }));
  return { status: Number(first.split(" ")[1] ?? 0), headers, body: body.join("\r\n\r\n") };
}
