import {
  assertNever,
  callId,
  canonicalJson,
  fail,
  isJsonObject,
  sessionId,
  type Hash,
  type Json,
  type JsonObject,
  type Mode,
  type SessionEvent,
  type SessionId,
  type SessionRow,
} from '@tabwright/protocol'
import { checkMessage } from '../../core/answers'
import { pathClass } from '../../core/gate/path-class'
import { refusedOutside } from '../../core/requested'
import { EMPTY_TRANSCRIPT, foldTranscripts, type Transcript } from '../../core/transcript'
import type { SessionCatalogue } from '../../io/catalogue-idb'
import type { SessionStore } from '../../io/session-store'
import type { TabFunction } from './tab-functions'
import { secretsOut } from './tab-secrets'

/** What calls of the tab's functions take from outside. */
export interface TabPorts {
  readonly catalogue: () => Promise<Pick<SessionCatalogue, 'list' | 'create'>>
  readonly store: () => Promise<Pick<SessionStore, 'newest' | 'read' | 'files' | 'loadBlob' | 'post' | 'withdraw' | 'readInbox' | 'watch'>>
  readonly hash: Hash
  /** Somebody has to open the session. */
  readonly wake: (session: SessionId) => void
}

/** One call from outside. */
export interface TabCall {
  /** Name of the caller. */
  readonly by: string
  /** The same for each delivery of one call. */
  readonly id: string | undefined
  readonly signal: AbortSignal
  /** W3C trace context of the call: what it leads to here is a part of that trace. */
  readonly traceparent: string | undefined
  /** A person is asked whatever rules allow. */
  readonly asks: boolean
}

/** Sessions of programs ask about everything: nobody looked when they began. */
const MODE: Mode = 'ask'
const MOST_EVENTS = 200
/** Bytes. */
const MOST_EVENT_TEXT = 512 * 1024
const MOST_FILE = 256 * 1024
const MOST_FILES = 5000
const MOST_TITLE = 120
const MOST_ANSWER = 16_000
/** So far back is read to see how a session stands. */
const TAIL = 400
/** Hints of other tabs may get lost. */
const LOOK_MS = 1000

/** The session that a call is about, as far as its input says; undefined: none, or none that could be. */
export function sessionIn(data: Json | undefined): SessionId | undefined {
  const text = isJsonObject(data) ? data['session'] : undefined
  return typeof text === 'string' && /^[\w-]{1,64}$/.test(text) ? sessionId(text) : undefined
}

/** @throws FailureError whose sentence goes to the caller */
export function callTab(
  id: TabFunction['id'],
  data: Json | undefined,
  on: { readonly ports: TabPorts; readonly call: TabCall },
): Promise<Json> {
  const input = isJsonObject(data) ? data : data === undefined || data === null ? {} : fail('bad_input', 'The input is an object.')
  const { ports, call } = on
  switch (id) {
    case 'list_sessions':
      return listSessions(ports)
    case 'status':
      return known(input, ports).then(({ id: session }) => cleaned(session, standing(session, ports), ports))
    case 'get_events':
      return known(input, ports).then(({ id: session }) => cleaned(session, events(session, input, ports), ports))
    case 'wait':
      return known(input, ports).then(({ id: session }) => cleaned(session, rested(session, call.signal, ports), ports))
    case 'list_files':
      return known(input, ports).then(({ id: session }) => files(session, ports))
    case 'read_file':
      return known(input, ports).then(({ id: session }) => cleaned(session, file(session, input, ports), ports))
    case 'send_message':
      return send(input, call, ports)
    case 'create_session':
      return create(textAt(input, 'title'), ports).then((session) => ({ session }))
    case 'interrupt':
      return known(input, ports).then((row) => interrupt(row, call, ports))
    case 'write_file':
      return writable(input, ports).then((row) => {
        const given = { path: textAt(input, 'path'), content: textAt(input, 'text', true) }
        return cleaned(row.id, execute(row.id, { tool: 'write_file', input: given }, { call, ports }), ports)
      })
    case 'execute':
      return writable(input, ports).then((row) => {
        const given = isJsonObject(input['input']) ? input['input'] : fail('bad_input', '"input" has to be an object.')
        return cleaned(row.id, execute(row.id, { tool: textAt(input, 'tool'), input: given }, { call, ports }), ports)
      })
    default:
      return assertNever(id)
  }
}

/** What goes to another program goes without the session's secrets. */
async function cleaned(session: SessionId, answer: Promise<Json>, ports: TabPorts): Promise<Json> {
  const value = await answer
  const clean = await secretsOut(session, ports)
  return clean(value)
}

async function listSessions({ catalogue }: TabPorts): Promise<Json> {
  const rows = await (await catalogue()).list()
  return { sessions: rows.map(({ id, title, state, updatedAt }) => ({ session: id, title, state, updatedAt })) }
}

/** How a session stands, by its last facts and what waits for it. */
async function standing(session: SessionId, ports: TabPorts): Promise<{ readonly state: string; readonly queued: number } & JsonObject> {
  const store = await ports.store()
  const { head } = await store.newest(session)
  const tail: SessionEvent[] = []
  for await (const event of store.read(session, Math.max(1, head - TAIL))) tail.push(event)
  const screen = foldTranscripts(EMPTY_TRANSCRIPT, tail)
  const inbox = await store.readInbox(session)
  const queued = inbox.filter(({ message }) => message.type === 'message').length
  const { status } = screen
  const approvals = status.type === 'waiting' ? status.approvals : 0
  return { state: status.type, approvals, queued, answer: answerIn(screen) }
}

function answerIn({ rows }: Transcript): string {
  const said = rows.findLast((row) => row.type === 'agent')
  const text = said?.blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n') ?? ''
  return text.slice(0, MOST_ANSWER)
}

async function rested(session: SessionId, signal: AbortSignal, ports: TabPorts): Promise<Json> {
  for (;;) {
    const hinted = nextHint(session, signal, ports)
    const now = await standing(session, ports)
    if (now.queued === 0 && now.state !== 'running' && now.state !== 'retrying') return now
    await hinted
    if (signal.aborted) return fail('aborted', 'Nobody waits for this any more.')
  }
}

/** Begins to listen before anybody looks, so that nothing falls between. */
async function nextHint(session: SessionId, signal: AbortSignal, ports: TabPorts): Promise<void> {
  const store = await ports.store()
  await new Promise<void>((resolve) => {
    const done = (): void => {
      unwatch()
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const unwatch = store.watch(session, done)
    const timer = setTimeout(done, LOOK_MS)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}

async function events(session: SessionId, input: JsonObject, ports: TabPorts): Promise<Json> {
  const store = await ports.store()
  const { head } = await store.newest(session)
  const from = numberAt(input, 'from') ?? 1
  const to = Math.min(numberAt(input, 'to') ?? head, head, from + MOST_EVENTS - 1)
  const found: Json[] = []
  let room = MOST_EVENT_TEXT
  let next = from
  if (from <= to) {
    for await (const { seq, at, type, data } of store.read(session, from, to)) {
      const text = JSON.stringify({ seq, at, type, data })
      room -= new TextEncoder().encode(text).length
      if (room < 0 && found.length > 0) break
      // A fact as large as all that may be sent is named and left out: nobody could get beyond it otherwise.
      const fact: Json = room < 0 ? { seq, at, type, data: null } : JSON.parse(text)
      found.push(fact)
      next = seq + 1
    }
  }
  return { events: found, head, next }
}

async function files(session: SessionId, ports: TabPorts): Promise<Json> {
  const list = await (await ports.store()).files(session)
  if (list.length > MOST_FILES) return fail('too_large', `The session has ${list.length} files; so many are not listed.`)
  return { files: list.map(({ path, size }) => ({ path, size })) }
}

async function file(session: SessionId, input: JsonObject, ports: TabPorts): Promise<Json> {
  const path = textAt(input, 'path')
  const store = await ports.store()
  const entry = (await store.files(session)).find((one) => one.path === path && (one.mode === 'file' || one.mode === 'executable'))
  if (entry === undefined) return fail('not_found', `There is no file ${JSON.stringify(path.slice(0, 200))} in that session.`)
  if (pathClass(`/workspace/${path}`) === 'secret-file') return fail('not_permitted', `${path} may hold secrets and is not given away.`)
  if (entry.size > MOST_FILE) return fail('too_large', `${path} has ${entry.size} bytes; ${MOST_FILE} is the limit.`)
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(await store.loadBlob(entry.hash)) }
  } catch (thrown) {
    if (thrown instanceof TypeError) return fail('bad_input', `${path} is not text.`)
    throw thrown
  }
}

async function send(input: JsonObject, call: TabCall, ports: TabPorts): Promise<Json> {
  const text = checkMessage(textAt(input, 'text'))
  const session = await receiver(input, { text, call, ports })
  // Sent again with the same id it is the same message.
  const n = await (await ports.store()).post(session, { type: 'message', text, by: call.by, ...tracedBy(call) }, call.id)
  ports.wake(session)
  return { session, message: n }
}

function tracedBy({ traceparent }: TabCall): { readonly traceparent?: string } {
  return traceparent === undefined ? {} : { traceparent }
}

interface Sending {
  readonly text: string
  readonly call: TabCall
  readonly ports: TabPorts
}

async function receiver(input: JsonObject, { text, ports }: Sending): Promise<SessionId> {
  if (input['session'] === undefined) return create(titleFor(input, text), ports)
  return (await writable(input, ports)).id
}

function titleFor(input: JsonObject, text: string): string {
  const { title } = input
  const [line = ''] = text.trim().split('\n', 1)
  return typeof title === 'string' && title.trim() !== '' ? title : line
}

async function create(title: string, { catalogue }: TabPorts): Promise<SessionId> {
  return (await catalogue()).create({ title: title.trim().slice(0, MOST_TITLE), project: 'blank', mode: MODE, files: [] })
}

async function interrupt(row: SessionRow, call: TabCall, ports: TabPorts): Promise<Json> {
  const { state } = await standing(row.id, ports)
  // Kept for later, a stop would end what nobody wanted to end.
  if (state !== 'running' && state !== 'retrying' && state !== 'waiting') return {}
  await (await ports.store()).post(row.id, { type: 'stop' }, call.id)
  return {}
}

interface Wanted {
  readonly tool: string
  readonly input: JsonObject
}

/** Until it has ended in the session. What had not begun when nobody waits any more is taken back. */
async function execute(
  session: SessionId,
  { tool, input }: Wanted,
  { call, ports }: { readonly call: TabCall; readonly ports: TabPorts },
): Promise<Json> {
  const refused = refusedOutside(tool)
  if (refused) return fail(refused.code, refused.message)
  const store = await ports.store()
  const { head } = await store.newest(session)
  const id = callId(`relay-${call.id ?? crypto.randomUUID()}`)
  const asks = call.asks ? ({ asks: true } as const) : {}
  const n = await store.post(
    session,
    { type: 'execute', call: id, tool, input: canonicalJson(input), by: call.by, ...asks, ...tracedBy(call) },
    call.id,
  )
  ports.wake(session)
  for (;;) {
    const hinted = nextHint(session, call.signal, ports)
    for await (const event of store.read(session, head + 1)) {
      if (event.type !== 'call.ended' || event.data.call !== id) continue
      const { outcome } = event.data
      return { outcome: outcome.type, text: outcome.text }
    }
    await hinted
    if (!call.signal.aborted) continue
    const isTakenBack = await store.withdraw(session, n)
    return fail(
      'aborted',
      isTakenBack ? 'Nobody waits for it any more. It was not begun.' : 'Nobody waits for it any more. It goes on in the session.',
    )
  }
}

async function writable(input: JsonObject, ports: TabPorts): Promise<SessionRow> {
  const row = await known(input, ports)
  return row.isImported === true ? fail('not_permitted', 'That session was imported: it can only be read.') : row
}

async function known(input: JsonObject, { catalogue }: TabPorts): Promise<SessionRow> {
  const wanted = textAt(input, 'session')
  const row = (await (await catalogue()).list()).find(({ id }) => id === wanted)
  return row ?? fail('not_found', `There is no session ${JSON.stringify(wanted.slice(0, 100))} in this browser.`)
}

function textAt(input: JsonObject, key: string, mayBeEmpty = false): string {
  const value = Object.hasOwn(input, key) ? input[key] : undefined
  return typeof value === 'string' && (mayBeEmpty || value !== '') ? value : fail('bad_input', `"${key}" has to be a text.`)
}

function numberAt(input: JsonObject, key: string): number | undefined {
  const value = Object.hasOwn(input, key) ? input[key] : undefined
  if (value === undefined) return undefined
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1
    ? value
    : fail('bad_input', `"${key}" has to be a number from 1 on.`)
}
