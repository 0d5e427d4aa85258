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
  type Tool,
} from '@tabwright/runtime/harness'
import type { SessionStore } from '@tabwright/runtime/memory-store'
import { TOOLS } from '@tabwright/runtime/tools'
import { openWorkspace } from '@tabwright/runtime/workspace'
import { fakeHash } from '../fake-hash'
import { MODEL_ID, simulatedModel } from './model'
import { outsideTools, simulatedHands } from './outside'
import type { Life } from './schedule'
import type { World } from './world'

const INFO = { id: MODEL_ID, label: 'Simulated', maxOutput: 8000, contextWindow: 200_000 }

/** The writer's half of a tab, put together from the real core as the session's worker does it. */
export interface Writing {
  readonly journal: Journal
  readonly driver: Driver
  readonly commands: Commands
  readonly workspace: Workspace
  readonly restorer: Restorer
  readonly reviews: () => Reviews
}

/** One life of a tab: what a kill ends. */
export interface Tab {
  readonly life: Life
  readonly store: SessionStore
  /** `undefined` while it opens and in a follower. */
  writing: Writing | undefined
  tools: readonly Tool[]
  role: 'opening' | 'writer' | 'follower' | 'failed'
  /** Why it stands still: shown to the person, who can go on from there. */
  halted: Failure | undefined
}

/** Opens a tab on the session: as its writer when the lock is free or stolen, as a follower otherwise. */
export function openTab(world: World, name: string, steal = false): Tab {
  const life = world.schedule.live(name)
  const store = world.plant?.store?.(world.disk.port(life), world, life) ?? world.disk.port(life)
  const tab: Tab = { life, store, writing: undefined, tools: [], role: 'opening', halted: undefined }
  if (world.owner && world.owner.state !== 'dead' && !steal) {
    tab.role = 'follower'
    return tab
  }
  world.owner = life
  write(world, tab).catch((error: unknown) => {
    tab.role = 'failed'
    tab.halted = failureOf(error)
    if (tab.halted.code === 'unexpected') world.schedule.problem(`a tab could not open: ${String(error)}`)
  })
  return tab
}

async function write(world: World, tab: Tab): Promise<void> {
  const { life, store } = tab
  const { schedule, disk } = world
  // As the worker: whoever wrote before is fenced before the files are read.
  await store.claim(disk.session)
  const entries = await store.files(disk.session)
  const workspace = openWorkspace({ entries, loadBlob: (hash) => store.loadBlob(hash), now: () => schedule.now() })
  const ports = portsOf(world, tab, workspace)
  tab.tools = world.plant?.tools?.([...TOOLS, ...outsideTools(world, life)]) ?? [...TOOLS, ...outsideTools(world, life)]
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

/** As the worker does: who was fenced steps aside, everything else waits for the person. */
function halt(world: World, tab: Tab, failure: Failure): void {
  if (tab.role !== 'writer') return
  world.reached(`halted by ${failure.code}`)
  if (failure.code === 'unexpected') world.schedule.problem(`the loop halted: ${failure.message}`)
  if (failure.code === 'fenced') stepAside(world, tab)
  else tab.halted = failure
}

/** Another tab has the session now. */
export function stepAside(world: World, tab: Tab): void {
  world.schedule.note(`     ${tab.life.name} steps aside`)
  const isOpen = tab.writing?.journal.state.calls.some((call) => call.started && !call.ended)
  if (isOpen) world.reached('fenced between intent and result')
  tab.writing?.driver.close()
  tab.writing = undefined
  tab.role = 'follower'
}

function portsOf(world: World, { life, store }: Tab, workspace: Workspace): Ports {
  const { schedule, disk, plant } = world
  const clock = schedule.clock(life)
  const model = simulatedModel(world, life)
  const ports = composePorts({
    session: disk.session,
    store,
    workspace,
    hands: simulatedHands(world, life),
    model: () => ({ model: plant?.model?.(model, world) ?? model, info: INFO }),
    preview: {
      save: (request, text) => void (world.preview = { request, text }),
      take: (request) => schedule.turn(life, 'preview.take', () => (world.preview.request === request ? world.preview.text : '')),
    },
    clock: plant?.clock?.(clock) ?? clock,
    hash: plant?.hash?.(fakeHash) ?? fakeHash,
    live: (update) => {
      if (update.type === 'delta' || update.type === 'output') world.streamed.push(update.text)
    },
    shell: shellTurns(() => '/workspace'),
  })
  return { ...ports, random: (bytes) => world.dice.bytes(bytes), expression: compileSimply }
}

const compileSimply: Ports['expression'] = async (pattern) => {
  const compiled = new RegExp(pattern)
  return (line) => compiled.test(line)
}
