import type { IncomingMessage } from 'node:http'
import { readMirrorFrame } from '@tabwright/protocol'
import { bodyBounds, readBody } from './body'
import type { Limits } from './limits'
import { MirrorFull, type MirrorStore } from './mirror-store'
import { API_HEADERS, refuse, type Refusal } from './refusal'

/** What a request to the mirror may use. */
export interface MirrorParts {
  readonly mirror: MirrorStore
  readonly limits: Pick<Limits, 'mirrorPart' | 'mirrorSessions' | 'bodySilenceMs'>
}

/** Names are made by the tab with a key that we never see: they tell sessions and parts apart and nothing about them. */
const NAME = /^[0-9a-f]{64}$/

/** A route of the mirror, as log lines call it, and its answer. */
export interface MirrorRoute {
  readonly route: string
  answer(incoming: IncomingMessage, parts: MirrorParts): Promise<Response> | Response
}

/** The route of a path that begins with `/mirror`; undefined: there is nothing there. */
export function mirrorRoute(method: string, path: string): MirrorRoute | 'wrong-method' | undefined {
  const [, root, session, part, ...more] = path.split('/')
  if (root !== 'mirror' || more.length > 0) return undefined
  if (session === undefined) return method === 'GET' ? { route: '/mirror', answer: (_, parts) => list(parts) } : 'wrong-method'
  if (!NAME.test(session)) return undefined
  if (part === undefined) return headRoute(method, session)
  if (part === 'parts') {
    return method === 'GET'
      ? { route: '/mirror/:session/parts', answer: (_, { mirror }) => json({ parts: mirror.parts(session) }) }
      : 'wrong-method'
  }
  return NAME.test(part) ? partRoute(method, session, part) : undefined
}

function headRoute(method: string, session: string): MirrorRoute | 'wrong-method' {
  const route = '/mirror/:session'
  if (method === 'GET') return { route, answer: (_, { mirror }) => readHead(mirror, session) }
  if (method === 'PUT') return { route, answer: (incoming, parts) => writeHead(incoming, parts, session) }
  if (method === 'DELETE') return { route, answer: (_, { mirror }) => (mirror.remove(session) ? json({}) : refuse(nothing)) }
  return 'wrong-method'
}

function partRoute(method: string, session: string, part: string): MirrorRoute | 'wrong-method' {
  const route = '/mirror/:session/:part'
  if (method === 'GET') {
    return {
      route,
      answer: (_, { mirror }) => {
        const bytes = mirror.part(session, part)
        return bytes === undefined ? refuse(nothing) : binary(bytes)
      },
    }
  }
  if (method === 'PUT') return { route, answer: (incoming, parts) => writePart(incoming, parts, { session, part }) }
  return 'wrong-method'
}

const nothing: Refusal = { status: 404, type: 'not_found', message: 'The mirror has nothing of that name.' }

const stale: Refusal = {
  status: 412,
  type: 'mirror_stale',
  message: 'Another browser mirrors this session; its mirror was not touched.',
}

const incomplete: Refusal = {
  status: 409,
  type: 'mirror_incomplete',
  message: 'A part that the new head names is not here; the mirror was not touched.',
}

function list({ mirror }: MirrorParts): Response {
  return json({ sessions: mirror.list() })
}

function readHead(mirror: MirrorStore, session: string): Response {
  const head = mirror.head(session)
  return head === undefined ? refuse(nothing) : binary(head.bytes, { etag: `"${head.version}"` })
}

async function writeHead(incoming: IncomingMessage, { mirror, limits }: MirrorParts, session: string): Promise<Response> {
  const expected = /^"(\d{1,15})"$/.exec(incoming.headers['if-match'] ?? '')?.[1]
  if (expected === undefined) {
    return refuse({ status: 400, type: 'bad_request', message: 'If-Match must name the head that is replaced, "0" for the first.' })
  }
  const bytes = await readBody(incoming, bodyBounds(limits.mirrorPart, limits))
  if (!Buffer.isBuffer(bytes)) return refuse(bytes)
  if (expected === '0' && mirror.list().length >= limits.mirrorSessions) {
    return refuse({
      status: 507,
      type: 'relay_full',
      message: `This relay keeps ${limits.mirrorSessions} mirrored sessions; delete one of them.`,
    })
  }
  const frame = readMirrorFrame(bytes)
  if (!frame) {
    const message = 'A head of a mirror begins with the names of its parts. A page of an older version does not know: reload it.'
    return refuse({ status: 400, type: 'bad_request', message })
  }
  return whileThereIsRoom(() => {
    const version = mirror.putHead(session, { bytes: Buffer.from(frame.head), parts: frame.parts }, Number(expected))
    if (version === 'stale') return refuse(stale)
    return version === 'incomplete' ? refuse(incomplete) : json({ version })
  })
}

async function writePart(
  incoming: IncomingMessage,
  { mirror, limits }: MirrorParts,
  name: { session: string; part: string },
): Promise<Response> {
  const bytes = await readBody(incoming, bodyBounds(limits.mirrorPart, limits))
  if (!Buffer.isBuffer(bytes)) return refuse(bytes)
  if (bytes.length === 0) return refuse({ status: 400, type: 'bad_request', message: 'A part of a mirror is never empty.' })
  return whileThereIsRoom(() => {
    mirror.putPart(name.session, name.part, bytes)
    return json({})
  })
}

function whileThereIsRoom(write: () => Response): Response {
  try {
    return write()
  } catch (thrown) {
    if (!(thrown instanceof MirrorFull)) throw thrown
    const message = 'The relay has no room for the mirror. What it had is kept; free space on its disk, or delete mirrored sessions.'
    return refuse({ status: 507, type: 'relay_full', message })
  }
}

function json(body: object): Response {
  return new Response(JSON.stringify(body), { headers: { ...API_HEADERS, 'content-type': 'application/json' } })
}

function binary(bytes: Buffer, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(new Uint8Array(bytes), { headers: { ...API_HEADERS, ...headers, 'content-type': 'application/octet-stream' } })
}
