/** A receiver of OpenTelemetry's protocol, as JSON over HTTP: what a collector would get from the program. */

/** The value of an attribute: one of them, by its type. Integers are texts. */
interface AnyValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}

interface Attributed {
  readonly attributes: readonly { readonly key: string; readonly value: AnyValue }[];
}

/** A span, with its attributes as an object. */
export interface ReceivedSpan {
  readonly scope: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** 2 for an error. */
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A point of a metric, as it was sent last. */
export interface ReceivedPoint {
  readonly scope: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of a counter or a gauge. */
  readonly value: number | undefined;
  /** Of a histogram. */
  readonly count: number | undefined;
}

interface RawPoint extends Attributed {
  readonly asInt?: string | number;
  readonly asDouble?: number;
  readonly count?: string | number;
}

interface RawMetric {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly RawPoint[] };
  readonly gauge?: { readonly dataPoints: readonly RawPoint[] };
  readonly histogram?: { readonly dataPoints: readonly RawPoint[] };
}

interface RawSpan extends Attributed {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: ReceivedSpan["status"];
}

interface Scoped {
  readonly scope: { readonly name: string };
}

interface Body {
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly (Scoped & { readonly spans: readonly RawSpan[] })[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly (Scoped & { readonly metrics: readonly RawMetric[] })[];
  }[];
}

/** See the module's description. */
export class OtlpReceiver implements AsyncDisposable {
  /** How many requests there were, by path. */
  readonly requests: Record<string, number> = {};
  readonly spans: ReceivedSpan[] = [];
  readonly #points = new Map<string, ReceivedPoint>();
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      this.#take(await request.json() as Body);
      this.requests[pathname] = (this.requests[pathname] ?? 0) + 1;
      return Response.json({});
    },
  );

  /** The environment in which a program exports to it. */
  get environment(): Readonly<Record<string, string>> {
    return {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.addr.port}`,
    };
  }

  /** The last values of all metrics. */
  get points(): ReceivedPoint[] {
    return [...this.#points.values()];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #take({ resourceSpans = [], resourceMetrics = [] }: Body): void {
    for (const { scope, spans } of resourceSpans.flatMap(({ scopeSpans }) => scopeSpans)) {
      this.spans.push(...spans.map((span): ReceivedSpan => ({
        scope: scope.name,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? "",
        name: span.name,
        startMs: millisOf(span.startTimeUnixNano),
        endMs: millisOf(span.endTimeUnixNano),
        status: span.status ?? {},
        attributes: attributesOf(span),
      })));
    }
    for (const { scope, metrics } of resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics)) {
      for (const { name, sum, gauge, histogram } of metrics) {
        for (const point of (sum ?? gauge ?? histogram)?.dataPoints ?? []) {
          const attributes = attributesOf(point);
          const value = point.asInt ?? point.asDouble;
          this.#points.set(JSON.stringify([scope.name, name, attributes]), {
            scope: scope.name,
            name,
            attributes,
            value: value === undefined ? undefined : Number(value),
            count: point.count === undefined ? undefined : Number(point.count),
          });
        }
      }
    }
  }
}

function attributesOf({ attributes }: Attributed): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [
    key,
    value.stringValue ?? value.doubleValue ?? value.boolValue ?? Number(value.intValue),
  ]));
}

/** Whole milliseconds, which the program gives. */
function millisOf(nanos: string): number {
  return Math.round(Number(nanos) / 1e6);
}
