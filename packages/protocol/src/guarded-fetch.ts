import * as z from 'zod/mini'
import { parseJson } from './json'

/** `POST /fetch` of the relay: the body is the bytes to send, this header describes where to and how, as JSON in base64url. */
export const FETCH_REQUEST_HEADER = 'x-tabwright-fetch'
/** Describes the answer, whose bytes are the body. A stranger's own headers stand in it as values, so that none acts on the page. */
export const FETCH_ANSWER_HEADER = 'x-tabwright-answer'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

const header = z.tuple([
  z.string().check(z.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/)),
  z.string().check(z.regex(/^[\t\x20-\x7e\x80-\xff]{0,8192}$/)),
])

const fetchRequest = z.object({
  url: z.string().check(z.maxLength(8192)),
  method: z.enum(METHODS),
  headers: z.array(header).check(z.maxLength(64)),
  /** `follow`: the relay follows up to five redirects and checks each; `manual`: a redirect is an answer like any other. */
  redirect: z.enum(['follow', 'manual']),
  /** Sent with the token that the vault keeps for this host, which the caller never sees; refused as `no_token` where there is none. */
  useToken: z.optional(z.boolean()),
  /** Less than the relay's own limit for a connection, in milliseconds. */
  connectMs: z.optional(z.int().check(z.gte(1), z.lte(600_000))),
  /** From the first byte sent to the last one received, in milliseconds; then the answer is cut. Default: only silence ends it. */
  wholeMs: z.optional(z.int().check(z.gte(1), z.lte(600_000))),
})
export type FetchRequest = z.infer<typeof fetchRequest>
export type FetchMethod = FetchRequest['method']

const fetchAnswer = z.object({
  status: z.int(),
  statusText: z.string(),
  /** After redirects. */
  url: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** Of HTTP, as the server spoke it: `1.1`. */
  version: z.optional(z.string().check(z.regex(/^\d(\.\d)?$/))),
})
export type FetchAnswer = z.infer<typeof fetchAnswer>

/** A JSON text as a {@link FetchRequest}; undefined when it is none. */
export function parseFetchRequest(text: string): FetchRequest | undefined {
  return read(text, (value) => z.safeParse(fetchRequest, value))
}

/** A JSON text as a {@link FetchAnswer}; undefined when it is none. */
export function parseFetchAnswer(text: string): FetchAnswer | undefined {
  return read(text, (value) => z.safeParse(fetchAnswer, value))
}

type Parsed<T> = { readonly success: true; readonly data: T } | { readonly success: false }

function read<T>(text: string, parse: (value: unknown) => Parsed<T>): T | undefined {
  const parsed = parse(parseJson(text))
  return parsed.success ? parsed.data : undefined
}
