import { FailureError, type SessionId } from '@tabwright/protocol'
import { memoryStore, type MemoryStore } from '@tabwright/runtime/memory-store'
import { exportSession, forkSession, imageMemory, importSession } from '@tabwright/runtime/session-tab'
import { fakeHash } from '../fake-hash'
import type { Start } from './disk'
import { dice } from './random'
import { using } from './answering'
import type { Scenario } from './scenario'
import { simulate, type Run } from './simulate'
import type { World } from './world'

/** What is carried elsewhere, and where it was taken. */
export interface Carried {
  readonly runs: number
  readonly problems: readonly string[]
}

/**
 * At each new fact of a story its session is exported, imported, exported again and forked, as another tab's list would do it while the
 * first one works; and from the end it is forked at every fact. Each fork goes on in a world of its own.
 */
export async function carry(scenario: Scenario): Promise<Carried> {
  const taken = new Map<number, Start>()
  const look = (world: Parameters<typeof take>[0]): undefined => {
    take(world, taken)
    return undefined
  }
  const base = await simulate({ scenario, faults: (_point, world) => look(world) })
  take(base.world, taken)
  const problems: string[] = []
  const tried = new Set<number>()
  let runs = 1
  for (const start of taken.values()) {
    problems.push(...(await roundTrip(start)))
    const forks = start.rows.record.head === base.world.disk.rows.record.head ? places(start) : [undefined]
    for (const at of forks) {
      const forked = await fork(start, at)
      if (!forked || tried.has(forked.rows.record.head)) continue
      tried.add(forked.rows.record.head)
      runs++
      problems.push(...told(`fork after ${forked.rows.record.head}`, await goOn(scenario, forked, base.world.answers)))
    }
  }
  return { runs, problems }
}

function take(world: World, taken: Map<number, Start>): void {
  const { head } = world.disk.rows.record
  if (!taken.has(head)) taken.set(head, world.disk.copy())
}

const places = ({ rows }: Start): readonly number[] => rows.events.map(({ seq }) => seq)

interface Place {
  readonly store: MemoryStore
  readonly ports: Parameters<typeof forkSession>[2] & Parameters<typeof importSession>[1]
}

function placeOf(start: Start | undefined): Place {
  const clock = { now: () => 1_750_000_000_000 }
  const store = memoryStore({ hash: fakeHash, clock })
  if (start) {
    store.sessions.set(start.session, start.rows)
    for (const [hash, bytes] of start.blobs) store.blobs.set(hash, bytes)
  }
  const images = imageMemory(store)
  return { store, ports: { images, store: images, hash: fakeHash, clock, random: dice(start?.rows.record.head ?? 0).bytes } }
}

function startOf({ store }: Place, session: SessionId): Start {
  const rows = store.sessions.get(session)
  if (!rows) throw new Error('what was made is not there')
  return { session, rows, blobs: store.blobs }
}

/** Undefined: no fork begins there. */
async function fork(start: Start, at: number | undefined): Promise<Start | undefined> {
  const place = placeOf(start)
  try {
    return startOf(place, await forkSession(start.session, at, place.ports))
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== 'not_permitted' || place.store.sessions.size !== 1) throw error
    return undefined
  }
}

/** The same out as in, and nothing that was granted there counts here (O40). */
async function roundTrip(start: Start): Promise<readonly string[]> {
  const problems: string[] = []
  const where = `after ${start.rows.record.head}`
  const first = await exportSession(start.session, placeOf(start).ports)
  const elsewhere = placeOf(undefined)
  const id = await importSession(first, elsewhere.ports)
  const second = await exportSession(id, elsewhere.ports)
  if (!Buffer.from(first).equals(Buffer.from(second))) problems.push(`an export of an import is another one, ${where}`)
  const imported = startOf(elsewhere, id)
  const { asking, state } = imported.rows.record
  if (asking.length > 0 || state !== 'idle' || imported.rows.inbox.size > 0) problems.push(`[O40] an import waits for something, ${where}`)
  const refused = await elsewhere.store.claim(id).catch((error: unknown) => error)
  if (!(refused instanceof FailureError)) problems.push(`[O40] an import can be written, ${where}`)
  const forked = await fork(imported, undefined)
  const rules = forked?.rows.events.filter((event) => event.type === 'call.decided' && 'remember' in event.data.decision) ?? []
  if (!forked || rules.length > 0) problems.push(`[O40] a fork of an import grants something, ${where}`)
  return problems
}

/** A fork is a session as any other: what the person says next is asked, decided and done. */
async function goOn(scenario: Scenario, start: Start, answers: ReadonlySet<string>): Promise<Run> {
  const { card: _, gone: _gone, ...rest } = scenario
  const story: Scenario = {
    ...rest,
    answers: { ...scenario.answers, z: [using('deploy', { target: 'forked' }), { text: 'Gone on.' }] },
    person: async (person) => {
      await person.say('[z] go on')
      await person.settle()
    },
  }
  const run = await simulate({ scenario: story, start: { ...start, answers } })
  const { world } = run
  if (world.clicks.length !== 1 || world.effects.length !== 1) {
    return { ...run, problems: [...run.problems, `[O40] a fork did ${world.effects.length} things for ${world.clicks.length} answers`] }
  }
  return run
}

const told = (where: string, { problems }: Run): readonly string[] => problems.map((problem) => `${where}: ${problem}`)
