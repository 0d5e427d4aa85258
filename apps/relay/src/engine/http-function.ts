import { createHmac } from 'node:crypto'
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import type { Json } from '@tabwright/protocol'
import type { HttpInvocation } from '@tabwright/protocol/relay'
import { pinned } from '../guarded-fetch/guarded-fetch'
import { checkTarget, type TargetRules } from '../guarded-fetch/target'
import { withoutKey } from '../redactor'
import { EngineError } from './built-in'
import { readFrame } from './frame-text'
import type { Trace } from './trace'

export interface HttpCall {
  readonly functionId: string
  readonly invocation: HttpInvocation
  readonly data: Json | undefined
  readonly trace: Trace
}

/** Calls functions that live behind an address. @throws EngineError */
export type HttpFunctions = (call: HttpCall, signal: AbortSignal) => Promise<Json | undefined>

/** A credential and the one server that gets it. */
export interface HttpSecret {
  readonly value: string
  /** Host and port as in an address, such as `orders.example` or `orders.example:8443`. */
  readonly host: string
}

export interface HttpFunctionOptions {
  /** The same rules as for every fetch of the relay: the open internet, and what the operator named. */
  readonly rules: () => TargetRules
  /** Credentials that workers may have sent along, by name, as the operator listed them. Workers never see the values. */
  readonly secrets: ReadonlyMap<string, HttpSecret>
  readonly answerBytes: number
}

export function createHttpFunctions(options: HttpFunctionOptions): HttpFunctions {
  return async ({ functionId, invocation, data, trace }, signal) => {
    const target = await checkTarget(invocation.url, options.rules())
    if ('status' in target) throw new EngineError('invocation_failed', target.message)
    const body = data === undefined ? '' : JSON.stringify(data)
    const { headers, secret } = headersOf(invocation, { body, host: target.url.host }, options.secrets)
    const method = invocation.method ?? 'POST'
    const send = target.url.protocol === 'https:' ? httpsRequest : httpRequest
    const timeout = invocation.timeout_ms ?? undefined
    const request: RequestOptions = {
      method,
      headers: {
        ...headers,
        ...trace,
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        'x-tabwright-function': functionId,
        ...(method !== 'GET' && { 'content-length': String(Buffer.byteLength(body)) }),
      },
      agent: false,
      maxHeaderSize: 65_536,
      lookup: pinned(target.addresses),
      signal: timeout === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
      ...(isIP(target.url.hostname) === 0 ? { servername: target.url.hostname } : {}),
    }
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = send(target.url, request, resolve)
      asked.on('error', (thrown) => reject(unreachable(target.url.host, thrown)))
      asked.end(method === 'GET' ? '' : body)
    })
    return read(answer, { host: target.url.host, secret, limit: options.answerBytes })
  }
}

interface Reading {
  readonly host: string
  readonly secret: string | undefined
  readonly limit: number
}

async function read(answer: IncomingMessage, { host, secret, limit }: Reading): Promise<Json | undefined> {
  const parts: Buffer[] = []
  let size = 0
  const stream: AsyncIterable<Buffer> = answer
  try {
    for await (const part of stream) {
      size += part.length
      if (size > limit) throw new EngineError('too_large', `${host} answered more than ${limit} bytes.`)
      parts.push(part)
    }
  } catch (thrown) {
    answer.destroy()
    if (thrown instanceof EngineError) throw thrown
    throw unreachable(host, thrown)
  }
  const status = answer.statusCode ?? 0
  if (status < 200 || status > 299) throw new EngineError('invocation_failed', `${host} answered ${status}.`)
  const bytes = Buffer.concat(parts)
  // A server that sends back what it was sent must not hand the credential to the caller.
  const bare = secret === undefined ? bytes : Buffer.from(withoutKey(bytes.toString('latin1'), secret), 'latin1')
  const text = bare.toString('utf8').trim()
  if (text === '') return undefined
  const value = readFrame(text)
  if (value.type === 'unread') throw new EngineError('invocation_failed', `${host} did not answer with JSON. ${value.message}`)
  return value.value
}

function unreachable(host: string, thrown: unknown): EngineError {
  const why = thrown instanceof Error ? ('code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.message) : 'unknown'
  return new EngineError('invocation_failed', `${host} could not be reached, or broke off (${why}).`)
}

const OURS = /^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|cookie|proxy-.*|accept-encoding)$/i

function headersOf(
  invocation: HttpInvocation,
  { body, host }: { readonly body: string; readonly host: string },
  secrets: ReadonlyMap<string, HttpSecret>,
): { readonly headers: Record<string, string>; readonly secret: string | undefined } {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(invocation.headers ?? {})) {
    if (OURS.test(name) || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value))
      throw new EngineError('invocation_failed', `The header ${JSON.stringify(name.slice(0, 60))} of this function cannot be sent.`)
    headers[name.toLowerCase()] = value
  }
  const { auth } = invocation
  if (auth === undefined || auth === null) return { headers, secret: undefined }
  const named = auth.type === 'bearer' ? auth.token_key : auth.type === 'hmac' ? auth.secret_key : auth.value_key
  const found = secrets.get(named)
  if (found?.host !== host)
    throw new EngineError(
      'invocation_failed',
      `No credential ${named} is listed for ${host}: the relay's operator does that in TABWRIGHT_HTTP_SECRETS.`,
    )
  const secret = found.value
  if (auth.type === 'bearer') headers['authorization'] = `Bearer ${secret}`
  else if (auth.type === 'hmac') headers['x-signature-256'] = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  else headers[auth.header.toLowerCase()] = secret
  return { headers, secret }
}
