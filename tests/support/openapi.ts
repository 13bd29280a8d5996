/** Holds answers to an OpenAPI description, by a validator that shares nothing with what made it. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";

/** An operation of a description. */
interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

/** A description of an interface. */
export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** See the module's description. */
export class AnswerChecks {
  readonly #api: OpenApi;
  readonly #ajv = new Ajv2020({ strict: false });

  private constructor(api: OpenApi) {
    this.#api = api;
    this.#ajv.addSchema({ $id: "api", ...api });
  }

  /** @throws If the description itself is invalid. */
  static async of(api: OpenApi): Promise<AnswerChecks> {
    const { valid, errors } = await new Validator().validate(
      structuredClone(api) as unknown as Record<string, object>,
    );
    if (!valid) throw new Error(`The description is invalid: ${JSON.stringify(errors)}`);
    return new AnswerChecks(api);
  }

  /** What is wrong with an answer; undefined if it is as described. */
  problem(path: string, { method, answer, body }: {
    readonly method: string;
    readonly answer: Pick<Response, "status" | "headers">;
    readonly body: string;
  }): string | undefined {
    const operation = this.#api.paths[path]?.[method];
    if (operation === undefined) return `${method} ${path} is not described`;
    const response = this.#resolved(operation.responses[String(answer.status)]);
    if (response === undefined) return `${answer.status} is not described`;
    const type = (answer.headers.get("content-type") ?? "").split(";")[0]!;
    const content = (response as { content?: Record<string, { schema?: object }> }).content;
    if (content === undefined) return body === "" ? undefined : "There should be no body";
    if (content[type] === undefined) return `The type ${type} is not described`;
    const { schema } = content[type];
    if (schema === undefined) return undefined;
    const validate = this.#ajv.compile(this.#absolute(schema));
    return validate(JSON.parse(body)) ? undefined : JSON.stringify(validate.errors);
  }

  #resolved(response: unknown): unknown {
    const { $ref } = (response ?? {}) as { $ref?: string };
    if ($ref === undefined) return response;
    const at = (value: unknown, name: string) => (value as Record<string, unknown> | undefined)?.[name];
    return $ref.slice(2).split("/").reduce(at, this.#api as unknown);
  }

  /** References within the description, from outside of it. */
  #absolute(schema: object): object {
    return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"api#/'));
  }
}
