import { failureOf, type Failure, type SessionEvent, type Workspace } from '@tabwright/protocol'
import { composePorts, shellTurns } from '@tabwright/runtime/compose'
import {
  createCommands,
  createDriver,
  createHistory,
  createInboxReader,
  createRegistry,
  createRestorer,
  foldReviews,
  openJournal,
  type Commands,
  type Driver,
  type Journal,
  type Ports,
  type Restorer,
  type Reviews,
} from '@tabwright/runtime/harness'
import type { SessionStore } from '@tabwright/runtime/memory-store'
import { openWorkspace } from '@tabwright/runtime/workspace'
import type { Desk, Tab } from './desk'
import type { Life } from './schedule'
import { partsFor, storeFor, toolsFor } from './tab-parts'
import type { World } from './world'

const encoder = new TextEncoder()

/** The writer's half of a tab. */
interface Writing {
  readonly journal: Journal
  readonly driver: Driver
  readonly commands: Commands
  readonly workspace: Workspace
  readonly restorer: Restorer
  readonly reviews: () => Reviews
}

interface CoreTab extends Tab {
  writing: Writing | undefined
  role: Tab['role']
  halted: Failure | undefined
  desk: Desk | undefined
}

/** The core without a worker around it, so that mistakes can be put between the loop and its journal. */
export function openCoreTab(world: World, name: string, steal = false): Tab {
  const life = world.schedule.live(name)
  const tab = newTab(world, life)
  if (world.owner && world.owner.state !== 'dead' && !steal) {
    tab.role = 'follower'
    return tab
  }
  const old = world.stepAside
  world.owner = life
  world.stepAside = { life, now: () => stepAside(world, tab) }
  if (steal && old && old.life.state !== 'dead') void world.schedule.turn(old.life, 'hint.stolen', old.now)
  write(world, tab).catch((error: unknown) => {
    tab.role = 'failed'
    tab.halted = failureOf(error)
    if (tab.halted.code === 'unexpected') world.schedule.problem(`a tab could not open: ${String(error)}`)
  })
  return tab
}

function newTab(world: World, life: Life): CoreTab {
  const store = storeFor(world, life)
  const tab: CoreTab = {
    life,
    store,
    tools: toolsFor(world, life),
    writing: undefined,
    role: 'opening',
    halted: undefined,
    desk: undefined,
    files: async () => (tab.writing?.workspace.list() ?? []).map(({ path, hash }) => `${path} ${hash}`).toSorted(),
    page: () => undefined,
    held: () => tab.writing && { state: tab.writing.journal.state, wire: tab.writing.journal.wire },
    goOn: () => {
      tab.halted = undefined
      tab.writing?.driver.wake()
    },
    takeOver: () => undefined,
  }
  return tab
}

async function write(world: World, tab: CoreTab): Promise<void> {
  const { store } = tab
  const { schedule, disk } = world
  // As the worker: whoever wrote before is fenced before the files are read.
  await store.claim(disk.session)
  const entries = await store.files(disk.session)
  const workspace = openWorkspace({ entries, loadBlob: (hash) => store.loadBlob(hash), now: () => schedule.now() })
  const ports = portsOf(world, tab, workspace)
  let reviews: Reviews = new Map()
  const seen = (event: SessionEvent): void => {
    reviews = foldReviews(reviews, event)
    world.shown.set(event.seq, { hash: event.hash, type: event.type })
  }
  // Every other life resumes from what the newest snapshot holds.
  const opened = await openJournal(ports, world.lives++ % 2 === 0 ? seen : undefined)
  opened.watch((events) => events.forEach(seen))
  const journal = world.plant?.journal?.(opened, world) ?? opened
  const driver = createDriver({ ports, journal, registry: createRegistry(tab.tools), halted: (failure) => halt(world, tab, failure) })
  const commands = createCommands({ ports, journal, driver })
  const { session, log, describe } = ports
  const history = createHistory({ session, log, workspace: () => workspace, describe, runsCommands: (name) => name === 'shell' })
  const restorer = createRestorer({ ports, journal, history })
  tab.writing = { journal, driver, commands, workspace, restorer, reviews: () => reviews }
  tab.desk = deskOf(tab.writing)
  tab.role = 'writer'
  const inbox = createInboxReader({ ports, journal, driver, commands })
  const look = (): void => {
    inbox.look().catch((error: unknown) => halt(world, tab, failureOf(error)))
  }
  store.watch(disk.session, (hint) => {
    if (hint.type === 'posted' && tab.role === 'writer') look()
  })
  look()
  driver.wake()
}

function deskOf({ journal, driver, commands, workspace, restorer, reviews }: Writing): Desk {
  const shown = (find: (call: Journal['state']['calls'][number]) => boolean): ReturnType<Desk['card']> => {
    const found = journal.state.calls.find(find)
    if (!found?.judged) return undefined
    return { call: found.content.id, digest: found.judged.digest, tool: found.content.name, input: found.content.input }
  }
  return {
    card: () => shown((call) => !journal.state.request && call.judged?.verdict.type === 'ask' && !call.decided && !call.ended),
    unknown: () => shown((call) => call.lost === true && call.resolved === undefined && !call.ended),
    hasTurn: () => journal.state.turn !== undefined,
    hasFailed: () => journal.state.stopped?.stop === 'failed',
    runs: () => journal.state.calls.some((call) => call.started && !call.ended),
    streams: () => journal.state.request !== undefined,
    send: (text) => commands.send(text),
    stop: () => driver.stop(),
    retry: () => driver.retry(),
    compact: (instructions) => commands.compact(instructions),
    decide: (answer) => commands.decide(answer),
    resolve: (answer) => commands.resolve(answer),
    save: async (path, text) => commands.save(path, text, workspace.stat(path)?.version ?? 0),
    type: async (command) => {
      const [, path = '', ...words] = command.split(' ')
      const draft = workspace.draft()
      draft.write(path, encoder.encode(`${words.join(' ')}\n`))
      return commands.keep(draft.delta())
    },
    restore: (options) => restorer.restore(options),
    review: async (path, decision) => {
      const pending = [...reviews()].filter(([one]) => one === path).map(([one, { after }]) => ({ path: one, after }))
      return commands.review(reviews, pending, decision)
    },
  }
}

/** As the worker does: who was fenced steps aside, everything else waits for the person. */
function halt(world: World, tab: CoreTab, failure: Failure): void {
  if (tab.role !== 'writer') return
  world.reached(`halted by ${failure.code}`)
  if (failure.code === 'unexpected') world.schedule.problem(`the loop halted: ${failure.message}`)
  if (failure.code === 'fenced') stepAside(world, tab)
  else tab.halted = failure
}

/** Another tab has the session now. */
function stepAside(world: World, tab: CoreTab): void {
  world.schedule.note(`     ${tab.life.name} steps aside`)
  const isOpen = tab.writing?.journal.state.calls.some((call) => call.started && !call.ended)
  if (isOpen) world.reached('fenced between intent and result')
  tab.writing?.driver.close()
  tab.writing = undefined
  tab.desk = undefined
  tab.role = 'follower'
}

function portsOf(world: World, { life, store }: { readonly life: Life; readonly store: SessionStore }, workspace: Workspace): Ports {
  return composePorts({
    ...partsFor(world, life, { store, workspace }),
    live: (update) => {
      if (update.type === 'delta' || update.type === 'output') world.streamed.push(update.text)
    },
    shell: shellTurns(() => '/workspace'),
  })
}
