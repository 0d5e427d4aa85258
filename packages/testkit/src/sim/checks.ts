import { FailureError, isJsonObject, type SessionEvent } from '@tabwright/protocol'
import { lintRequest } from '../wire-linter'
import { askedFor, checkEffects } from './check-effects'
import { isSummary } from './model'
import { occurrences, type Person } from './person'
import { checkRestart } from './check-restart'
import { CANARY, type World } from './world'

/** Everything that must hold after a run, whatever went wrong in it. Each finding names its invariant. */
export async function checkRun(world: World, person: Person): Promise<void> {
  const found = [
    ...(await checkChain(world)),
    ...checkPromises(world),
    ...checkWriters(world),
    ...checkResults(world.disk.events),
    ...checkEffects(world),
    ...checkWire(world),
    ...checkAnswers(world),
    ...checkRetries(world),
    ...checkFiles(world),
    ...checkSecrets(world),
    ...(await checkRestart(world, person)),
  ]
  for (const problem of found) world.schedule.problem(problem)
  noteStates(world)
}

/** What a full campaign must have seen, as the log tells it. */
function noteStates(world: World): void {
  for (const event of world.disk.events) {
    if (event.type !== 'model.failed' || event.data.failure.code !== 'cut') continue
    world.reached(isJsonObject(event.data.failure.detail) ? 'a request lost and asked again' : 'an answer cut and asked again')
  }
}

async function checkChain({ disk }: World): Promise<string[]> {
  try {
    await disk.check()
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    return [`[INV-9] the log is not a gap-free chain: ${error.message}`]
  }
  return disk.events.flatMap((event, at) => (event.seq === at + 1 ? [] : [`[INV-9] fact ${at + 1} has number ${event.seq}`]))
}

/** What is written relaxed may go with the power; nothing that a person saw as sent, decided or done is. */
const MAY_GO = new Set(['model.requested'])

function checkPromises(world: World): string[] {
  const problems: string[] = []
  for (const [seq, { hash, type }] of world.shown) {
    if (!MAY_GO.has(type) && world.disk.events[seq - 1]?.hash !== hash) problems.push(`[INV-6] ${type} was shown and is gone`)
  }
  for (const text of world.written) {
    const times = occurrences(world, text)
    const isGone = world.scenario.gone?.includes(text)
    if (times > 1) problems.push(`[INV-6] a message is there ${times} times: ${text}`)
    if (times === 0 && !isGone && world.acknowledged.includes(text)) problems.push(`[INV-6] an acknowledged message is lost: ${text}`)
  }
  return problems
}

function checkWriters({ disk }: World): string[] {
  const problems = disk.appended
    .filter(({ epoch, life }) => disk.claims.get(epoch) !== life)
    .map(({ life, epoch }) => `[INV-8] ${life} wrote with epoch ${epoch}, which was given to ${disk.claims.get(epoch) ?? 'nobody'}`)
  let last = 0
  for (const event of disk.events) {
    if (event.epoch < last) problems.push(`[INV-8] the epoch goes back at fact ${event.seq}`)
    last = Math.max(last, event.epoch)
  }
  const newest = new Map<number, number>()
  for (const { life, epoch } of disk.appended) {
    for (const [later] of newest) if (later > epoch) problems.push(`[INV-8] ${life} wrote after a newer writer`)
    newest.set(epoch, epoch)
  }
  return problems
}

/** One result for each call that a model asked for, before it is asked again; none for others. */
function checkResults(events: readonly SessionEvent[]): string[] {
  const problems: string[] = []
  const open = new Set<string>()
  const ended = new Set<string>()
  let inWords = false
  for (const event of events) {
    for (const { id } of askedFor(event)) open.add(id)
    if (event.type === 'model.requested' && open.size > 0) problems.push(`the model was asked while ${[...open].join(' ')} had no result`)
    if (event.type === 'compaction.started') inWords = event.data.way === 'text'
    if (isCompacting(event, inWords) && open.size > 0) problems.push(`${event.type} with an open call`)
    if (event.type !== 'call.ended') continue
    const { call } = event.data
    if (ended.has(call)) problems.push(`${call} has two results`)
    else if (!open.delete(call)) problems.push(`${call} has a result and was never asked for`)
    ended.add(call)
  }
  const last = events.at(-1)
  if (open.size > 0 && last?.type === 'turn.ended') problems.push(`${[...open].join(' ')} never got a result`)
  return problems
}

/** A summary begins; one in words takes the place of everything, so nothing may be open then. The API's own block leaves what came meanwhile. */
function isCompacting(event: SessionEvent, inWords: boolean): boolean {
  return event.type === 'compaction.started' || (inWords && event.type === 'compaction.ended' && event.data.result.type === 'done')
}

/** Sent is what is stored, and each request of an epoch begins with the one before it. */
function checkWire({ sent: all, cuts }: World): string[] {
  const problems: string[] = []
  // A summary is made of the first messages; what it asks is no part of the wire.
  const sent = all.filter(({ body }) => !isSummary(body))
  for (const [at, request] of sent.entries()) {
    let from = 0
    const body = unmarked(request.body)
    for (const row of request.rows) {
      const found = body.indexOf(unmarked(row.text), from)
      if (found < 0) problems.push('sent bytes are not the stored ones')
      from = Math.max(from, found)
    }
    if (request.rows.at(-1)?.role === 'assistant') problems.push('a request ends with words of the model')
    const before = sent.slice(0, at).findLast((other) => other.epoch === request.epoch)
    if (!before || before.cuts !== request.cuts) continue
    if (!before.rows.every((row, i) => row.text === request.rows[i]?.text)) problems.push('a sent message was changed')
  }
  const last = sent.at(-1)
  // A cut of the power takes unfinished requests with it; what is asked then may differ.
  if (last) problems.push(...lintRequest(last.body).map(({ rule, message }) => `request refused, rule ${rule}: ${message}`))
  return cuts > 0 ? problems.filter((problem) => !problem.startsWith('sent message')) : problems
}

/** Marks for the provider's cache move from request to request and are no part of what is said. */
function unmarked(text: string): string {
  return text.replaceAll(/,?"cache_control":\{"type":"ephemeral"(?:,"ttl":"1h")?\}/g, '')
}

/** What was accepted is what the model finished. */
function checkAnswers({ disk, answers }: World): string[] {
  return disk.rows.wire
    .filter((row) => row.role === 'assistant' && !answers.has(row.text))
    .map(() => 'an answer was accepted that the model never finished')
}

/** A sleep that outlasted a pause ends it: what waits is asked soon after the machine woke. */
function checkRetries({ disk, sent, schedule }: World): string[] {
  const problems: string[] = []
  // A clock that was set back says that the pause has not begun yet; then its longest length is what holds.
  if (schedule.clockSet) return problems
  for (const event of disk.events) {
    if (event.type !== 'model.failed' || event.data.retryAt === undefined) continue
    const before = sent.findLast(({ head }) => head <= event.seq)
    const next = sent.find(({ head }) => head > event.seq)
    if (!before || !next || next.life !== before.life) continue
    const woken = schedule.woken.find((at) => at > before.mono && at < next.mono)
    const between = disk.events.slice(event.seq, next.head)
    if (woken !== undefined && between.every(({ type }) => type === 'model.requested') && next.mono - woken > SOON_MS + schedule.delayed) {
      problems.push('a pause before a retry went on after a sleep that had outlasted it')
    }
  }
  return problems
}

const SOON_MS = 20_000

/** Files are what the facts say of them. */
function checkFiles({ disk }: World): string[] {
  const last = new Map<string, string | null>()
  for (const event of disk.events) {
    if (event.type === 'workspace.changed') for (const { path, after } of event.data.changes) last.set(path, after)
  }
  return [...last].flatMap(([path, after]) => {
    const now = disk.rows.files.get(path)?.hash ?? null
    return now === after ? [] : [`${path} is not what the newest fact about it says`]
  })
}

function checkSecrets({ disk, sent, streamed, effects }: World): string[] {
  const places: Readonly<Record<string, unknown>> = {
    'the log': disk.events,
    'the wire': disk.rows.wire,
    'a request': sent.map(({ body }) => body),
    'the screen': streamed,
    'the outside': effects,
  }
  return Object.entries(places).flatMap(([place, value]) =>
    JSON.stringify(value).includes(CANARY) ? [`[INV-2] the key is in ${place}`] : [],
  )
}
