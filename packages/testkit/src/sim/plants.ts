import { FailureError, type CallContent, type Commit, type Content, type ModelEvent } from '@tabwright/protocol'
import type { Journal } from '@tabwright/runtime/harness'
import type { SessionStore } from '@tabwright/runtime/memory-store'
import type { Plant } from './planted'
import type { World } from './world'

/** The mistakes that a campaign must find. Each cheats behind one seam; the product itself is as it is. */
export const PLANTS: readonly Plant[] = [
  { name: 'effect before its fact', where: 'approval', journal: (journal) => withWrite(journal, startedUnwritten) },
  { name: 'retry of an unknown', where: 'lost call: skip', journal: (journal) => withState(journal, repeatable) },
  {
    name: 'approval by name',
    where: 'update',
    hash: (hash) => (text) => hash(text.startsWith('v1\n') ? (text.split('\n')[2] ?? '') : text),
  },
  {
    name: 'no fence',
    where: 'two tabs',
    store: (store, world) => altered(store, { append: (session, _epoch, commit) => store.append(session, presentEpoch(world), commit) }),
  },
  {
    name: 'a cut stream accepted',
    where: 'approval',
    model: (model) => ({ ...model, stream: (body, signal, betas) => closed(model.stream(body, signal, betas)) }),
  },
  {
    name: 'acknowledged before commit',
    where: 'queue',
    store: (store) =>
      altered(store, {
        post: async (session, message) => {
          store.post(session, message).catch(unheard)
          return 1
        },
      }),
  },
  {
    name: 'relaxed where strict is promised',
    where: 'approval',
    store: (store) =>
      altered(store, { append: (session, epoch, commit) => store.append(session, epoch, { ...commit, durability: 'relaxed' }) }),
  },
  {
    name: 'a decision reused after rewind',
    where: 'rewind',
    journal: (journal) => {
      const rules = new Map<string, Journal['state']['rules'][number]>()
      return withState(journal, (state) => {
        for (const rule of state.rules) rules.set(rule.id, rule)
        return { ...state, rules: [...rules.values()] }
      })
    },
  },
  {
    name: 'a retry timer doubled by sleep',
    where: 'retry',
    // Counts what it has slept through once more: its wall clock stands still while the machine sleeps.
    clock: (clock) => {
      const start = clock.now() - clock.mono()
      return { ...clock, now: () => start + clock.mono() }
    },
  },
  {
    name: 'a sent message edited',
    where: 'approval',
    store: (store) =>
      altered(store, {
        readWire: async (session, epoch) =>
          (await store.readWire(session, epoch)).map((row) =>
            row.role === 'user' ? { ...row, text: row.text.replace('[a]', '[a] ') } : row,
          ),
      }),
  },
  {
    name: 'a steering message delivered twice',
    where: 'steering',
    store: (store) => altered(store, { append: (session, epoch, commit) => store.append(session, epoch, untaken(commit)) }),
  },
]

const unheard = (error: unknown): void => {
  if (!(error instanceof FailureError)) throw error
}

function presentEpoch(world: World): number {
  return world.disk.rows.record.epoch
}

function altered(store: SessionStore, changes: Partial<SessionStore>): SessionStore {
  return { ...store, ...changes }
}

/** The steering that came in the middle of a turn stays in the queue. */
function untaken(commit: Commit): Commit {
  const isSteering =
    commit.drafts.some(({ type }) => type === 'message.user') && commit.drafts.some(({ type }) => type === 'model.requested')
  return isSteering ? { ...commit, taken: [], unchanged: [] } : commit
}

type Write = Journal['write']

/** A view of the journal: what is not replaced is asked of the journal itself, each time. */
function withWrite(journal: Journal, write: (write: Write) => Write): Journal {
  return new Proxy(journal, { get: (target, name) => (name === 'write' ? write(target.write) : Reflect.get(target, name)) })
}

function withState(journal: Journal, change: (state: Journal['state']) => Journal['state']): Journal {
  return new Proxy(journal, { get: (target, name) => (name === 'state' ? change(target.state) : Reflect.get(target, name)) })
}

/** Says that a call's start is written as soon as it is asked for. */
function startedUnwritten(write: Write): Write {
  return (build) =>
    new Promise((resolve, reject) => {
      const watched = async (): Promise<Awaited<ReturnType<Extract<typeof build, () => unknown>>>> => {
        const entry = typeof build === 'function' ? await build() : build
        if (entry.facts.some(({ type }) => type === 'call.started')) resolve()
        return entry
      }
      write(watched).then(resolve, reject)
    })
}

/** Takes every call for one that may be repeated. */
function repeatable(state: Journal['state']): Journal['state'] {
  const calls = state.calls.map((call) =>
    call.started?.effect === 'ask' ? { ...call, started: { ...call.started, effect: 'tx' as const } } : call,
  )
  return { ...state, calls }
}

/** Makes an answer of what had come when the stream was cut. */
async function* closed(events: AsyncIterable<ModelEvent>): AsyncGenerator<ModelEvent, void, undefined> {
  const content: Content[] = []
  try {
    for await (const event of events) {
      if (event.type === 'delta' && event.kind === 'text') content.push({ type: 'text', text: event.text })
      yield event
    }
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== 'cut' || content.length === 0) throw error
    const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }
    const wire = JSON.stringify({
      role: 'assistant',
      content: content.filter((part): part is Exclude<Content, CallContent> => part.type !== 'call'),
    })
    yield { type: 'complete', answer: { content, stopReason: 'end_turn', usage, model: 'sim-model' }, wire }
  }
}
