import { sessionId, type PathChange, type SessionId, type Workspace, type WorkspaceDraft } from '@tabwright/protocol'
import { composePorts, shellTurns } from '@tabwright/runtime/compose'
import { openWorkspace } from '@tabwright/runtime/workspace'
import { fakeClock, fakeHands, fakeHash, memoryLog, type MemoryLog } from '@tabwright/testkit'
import { expect, it } from 'vitest'
import { withoutConflicts } from '../landing'
import { openJournal, type Journal } from '../journal'
import type { Ports } from '../ports'
import { createHistory, type History } from './history'
import { createRestorer, type Restorer } from './restore'
import { endsOf, isSameSide, sideAfter, sideBefore } from './side'

/** Numbers that are the same in every run of a seed. */
function dice(seed: number): (below: number) => number {
  let state = Math.imul(seed, 2654435761) >>> 0
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 9) % below
  }
}

interface Session {
  readonly ports: Ports
  readonly workspace: Workspace
  readonly journal: Journal
  readonly history: History
  readonly restorer: Restorer
}

async function openSession(store: MemoryLog, session: SessionId): Promise<Session> {
  const clock = fakeClock()
  await store.claim(session)
  const workspace = openWorkspace({ entries: await store.files(session), loadBlob: (hash) => store.loadBlob(hash), now: clock.now })
  const ports = composePorts({
    session,
    store,
    workspace,
    hands: fakeHands(),
    model: () => {
      throw new Error('no model is asked')
    },
    preview: { save: () => undefined, take: async () => '' },
    clock,
    hash: fakeHash,
    live: () => undefined,
    shell: shellTurns(() => '/workspace'),
  })
  const journal = await openJournal(ports)
  if (journal.state.head === 0) await journal.write({ facts: [{ type: 'session.opened', data: { title: 'T', project: 'blank' } }] })
  const history = createHistory({ ...ports, workspace: () => workspace, runsCommands: () => false })
  return { ports, workspace, journal, history, restorer: createRestorer({ ports, journal, history }) }
}

const PATHS = ['a', 'b', 'c/d', 'c/e', 'c', 'f/g/h']
const MODES = ['file', 'executable', 'symlink', 'folder'] as const
const PERMISSIONS = [0o644, 0o755, 0o600] as const
type By = 'agent' | 'user' | 'terminal'

function scribble(draft: WorkspaceDraft, roll: (below: number) => number): void {
  for (let n = 1 + roll(3); n > 0; n--) {
    const path = PATHS[roll(PATHS.length)] ?? 'a'
    if (roll(4) === 0) {
      if (draft.stat(path)) draft.remove(path)
      continue
    }
    // Where a folder stands no file can be, nor the other way round.
    const isFree = !PATHS.some((other) => draft.stat(other) && (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)))
    if (!isFree) continue
    const mode = MODES[roll(4)] ?? 'file'
    const permissions = mode === 'symlink' ? 0o777 : (PERMISSIONS[roll(3)] ?? 0o644)
    draft.write(path, new TextEncoder().encode(mode === 'folder' ? '' : `${roll(5)}\n`), { mode, permissions })
  }
}

/** Makes a draft durable that may have begun some time ago; what moved on meanwhile is kept. */
async function land({ ports, journal }: Session, draft: WorkspaceDraft, by: By): Promise<void> {
  await journal.write(async () => {
    const { kept } = withoutConflicts(ports, draft.delta())
    const files = placeable(ports, kept)
    const changes = await ports.describe(files)
    return changes.length === 0 ? { facts: [] } : { facts: [{ type: 'workspace.changed', data: { by, changes } }], files }
  })
}

/** A file that has become a folder meanwhile, or the other way round, is not taken: the facts say what the workspace holds. */
function placeable({ workspace }: Ports, delta: readonly PathChange[]): readonly PathChange[] {
  const trial = workspace.draft()
  return delta.filter(({ path, after }) => {
    try {
      if (after)
        trial.write(path, after.bytes, { mode: after.mode, ...(after.permissions !== undefined && { permissions: after.permissions }) })
      else trial.remove(path)
      return true
    } catch {
      return false
    }
  })
}

const treeOf = ({ workspace }: Session): string =>
  JSON.stringify(
    [...workspace.list(), ...workspace.folders()].map(({ path, hash, mode, permissions = 0 }) => [
      path,
      hash.slice(0, 8),
      mode,
      permissions,
    ]),
  )
const hashesOf = ({ workspace }: Session): Map<string, string> =>
  new Map([...workspace.list(), ...workspace.folders()].map(({ path, hash }) => [path, hash]))
const headOf = ({ journal }: Session): number => journal.state.head

/** A past of agent, shell, editor and a second session on the same store; the tree after each fact of the first. */
async function past(
  seed: number,
): Promise<{ session: Session; store: MemoryLog; trees: Map<number, string>; roll: (below: number) => number }> {
  const roll = dice(seed)
  const store = memoryLog()
  const session = await openSession(store, sessionId(`one-${seed}`))
  const other = await openSession(store, sessionId(`two-${seed}`))
  const trees = new Map([[headOf(session), treeOf(session)]])
  const open: { readonly draft: WorkspaceDraft; readonly by: By }[] = []
  for (let i = 12 + roll(20); i > 0; i--) {
    const who = roll(10)
    const by: By = who < 4 ? 'agent' : who < 7 ? 'user' : 'terminal'
    if (who === 9) {
      const draft = other.workspace.draft()
      scribble(draft, roll)
      await land(other, draft, 'agent')
    } else if (roll(4) === 0) {
      // A command that goes on while others write.
      const draft = session.workspace.draft()
      scribble(draft, roll)
      open.push({ draft, by })
    } else if (roll(6) === 0) {
      await session.restorer.restore({ to: 1 + roll(headOf(session)), scope: 'code', keep: [] })
    } else {
      const draft = open.length > 0 && roll(2) === 0 ? open.shift() : undefined
      const fresh = session.workspace.draft()
      if (!draft) scribble(fresh, roll)
      await land(session, draft?.draft ?? fresh, draft?.by ?? by)
    }
    trees.set(headOf(session), treeOf(session))
  }
  return { session, store, trees, roll }
}

it('[rule 80] restoring to any place and then to before is the identity, whoever wrote in between', async () => {
  for (let seed = 1; seed <= 120; seed++) {
    const { session, trees, roll } = await past(seed)
    const places = [...trees.keys()]
    for (let i = 0; i < 4; i++) {
      const to = places[roll(places.length)] ?? 1
      const before = treeOf(session)
      const { undo } = await session.restorer.restore({ to, scope: 'code', keep: [] })
      expect(treeOf(session), `seed ${seed}, back to ${to}`).toBe(trees.get(to))
      await session.restorer.restore({ to: undo, scope: 'code', keep: [] })
      expect(treeOf(session), `seed ${seed}, forward from ${to}`).toBe(before)
    }
  }
})

it('[F34] keeps every file that the person chose to keep, and puts back all others', async () => {
  for (let seed = 201; seed <= 260; seed++) {
    const { session, trees, roll } = await past(seed)
    const places = [...trees.keys()]
    const to = places[roll(places.length)] ?? 1
    const plan = await session.history.plan(to)
    const keep = plan.changes.filter(() => roll(2) === 0).map(({ path }) => path)
    const before = hashesOf(session)
    const target = new Map(plan.changes.map(({ path, after }) => [path, after]))
    try {
      await session.restorer.restore({ to, scope: 'code', keep, asOf: plan.asOf })
    } catch {
      // What is kept may be a folder where a file is to come back: then nothing is changed at all.
      expect(hashesOf(session)).toEqual(before)
      continue
    }
    for (const [path, hash] of target) {
      const expected = keep.includes(path) ? (before.get(path) ?? null) : hash
      expect(session.workspace.stat(path)?.hash ?? null, `seed ${seed} ${path}`).toBe(expected)
    }
  }
})

it('comparing is additive: from a to b and from b to c is from a to c', async () => {
  for (let seed = 301; seed <= 380; seed++) {
    const { session, trees, roll } = await past(seed)
    const places = [...trees.keys()]
    const [a, b, c] = [0, 1, 2].map(() => places[roll(places.length)] ?? 1)
    if (a === undefined || b === undefined || c === undefined) throw new Error('three places are needed')
    const [first, second, whole] = await Promise.all([
      session.history.compare(a, b),
      session.history.compare(b, c),
      session.history.compare(a, c),
    ])
    const joined = new Map(first.map((change) => [change.path, { before: sideBefore(change), after: sideAfter(change) }]))
    for (const change of second) {
      joined.set(change.path, {
        before: joined.get(change.path)?.before ?? (joined.has(change.path) ? null : sideBefore(change)),
        after: sideAfter(change),
      })
    }
    const net = [...joined].filter(([, { before, after }]) => !isSameSide(before, after))
    expect(new Map(net.map(([path, { before, after }]) => [path, endsOf(before, after)])), `seed ${seed}: ${a} ${b} ${c}`).toEqual(
      new Map(whole.map((change) => [change.path, endsOf(sideBefore(change), sideAfter(change))])),
    )
  }
})

it('reads the same places from the log after the worker died', async () => {
  const { session, store, trees } = await past(7)
  const again = await openSession(store, session.ports.session)
  expect(treeOf(again)).toBe(treeOf(session))
  expect(await again.history.points()).toEqual(await session.history.points())
  const [first] = [...trees.keys()]
  await again.restorer.restore({ to: first ?? 1, scope: 'code', keep: [] })
  expect(treeOf(again)).toBe(trees.get(first ?? 1))
})
