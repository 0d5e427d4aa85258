import { isDeepStrictEqual } from 'node:util'
import { composePorts, shellTurns } from '@tabwright/runtime/compose'
import { openJournal } from '@tabwright/runtime/harness'
import { openWorkspace } from '@tabwright/runtime/workspace'
import type { Person } from './person'
import { partsFor } from './tab-parts'
import type { World } from './world'

/** A new worker reads the same state from the log as the old one held, shows the same, and finds the same to do. */
export async function checkRestart(world: World, person: Person): Promise<string[]> {
  const { disk, schedule } = world
  const before = await person.tab()
  const [held, shown, heldFiles, stored] = [before.held(), before.page(), await before.files(), disk.wire()]
  person.close()
  const after = await person.tab()
  await schedule.until(() => !schedule.waiting(after.life))
  const anew = await readAnew(world)
  const read = after.held() ?? anew
  const problems: string[] = []
  const storedFiles = [...disk.rows.files.values()].map(({ path, hash }) => `${path} ${hash}`).toSorted()
  if (!isDeepStrictEqual(heldFiles, storedFiles)) problems.push('a tab works on other files than those that are stored')
  if (!isDeepStrictEqual(shown, after.page())) problems.push(`a restart shows another screen: ${difference(shown, after.page())}`)
  const { turn, stopped } = anew.state
  if (turn) problems.push('[INV-12] a turn is open and nobody works on it')
  if (stopped?.stop !== 'interrupted' && [...disk.rows.inbox.values()].some(({ message }) => message.type === 'message')) {
    problems.push('[INV-12] a message waits and nobody takes it')
  }
  if (held && !isDeepStrictEqual(plain(held.state), plain(read.state)))
    problems.push('a restart reads another state than the one that was held')
  const wire = stored.map(({ role, text }) => ({ role, text }))
  if (!isDeepStrictEqual([...read.wire], wire)) problems.push('a restart reads another wire')
  return problems
}

/** Where two screens differ, for whoever has to find out why. */
function difference(one: object | undefined, other: object | undefined): string {
  const before = Object.entries(one ?? {})
  const after = new Map(Object.entries(other ?? {}))
  const different = before.filter(([name, value]) => !isDeepStrictEqual(value, after.get(name)))
  return different.map(([name, value]) => `${name} ${JSON.stringify(value)} and ${JSON.stringify(after.get(name))}`).join('; ')
}

/** Only what the log says: maps by their entries. */
function plain(state: object): unknown {
  return JSON.parse(JSON.stringify(state, (_key, value: unknown) => (value instanceof Map || value instanceof Set ? [...value] : value)))
}

/** The session as somebody holds it who reads every fact of it now, without any snapshot and without becoming its writer. */
function readAnew(world: World): Promise<Awaited<ReturnType<typeof openJournal>>> {
  const { rows } = world.disk
  const life = world.schedule.live('reader')
  const store = world.disk.reader(life)
  const { epoch, head, wireEpoch: wire, rewinds = [] } = rows.record
  const workspace = openWorkspace({ entries: [], loadBlob: (hash) => store.loadBlob(hash), now: () => 0 })
  const parts = partsFor(world, life, { store, workspace })
  const ports = composePorts({ ...parts, live: () => undefined, shell: shellTurns(() => '/workspace') })
  return openJournal(ports, () => undefined, { epoch, head, wire, rewinds })
}
