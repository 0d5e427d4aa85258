import { MAIN_AGENT, traceId } from '@tabwright/protocol'
import { openWorkspace } from '@tabwright/runtime/workspace'
import { checkRun } from './checks'
import { noFaults, type Faults } from './fault'
import { checkRuined } from './check-ruined'
import type { Start } from './disk'
import { Person, SessionOver } from './person'
import type { Plant } from './planted'
import type { Scenario } from './scenario'
import { World } from './world'

export interface Simulation {
  readonly scenario: Scenario
  readonly seed?: number
  readonly faults?: Faults
  readonly plant?: Plant
  /** Who goes next is drawn, not first come, first served. */
  readonly random?: boolean
  /** The core without the worker around it. */
  readonly bare?: boolean
  /** A session that began elsewhere, and the answers of the model that are in it. */
  readonly start?: Start & { readonly answers: ReadonlySet<string> }
}

export interface Run {
  readonly points: number
  readonly problems: readonly string[]
  readonly trace: readonly string[]
  readonly states: ReadonlySet<string>
  /** The log at the end, without what may differ. */
  readonly world: World
}

/** One run from an empty session to rest, then all checks. */
export async function simulate({ scenario, seed = 1, faults = noFaults, plant, random = false, ...more }: Simulation): Promise<Run> {
  let isOver = false
  const world = new World({ ...more, scenario, seed, plant, random, faults: (point, at) => (isOver ? undefined : faults(point, at)) })
  for (const answer of more.start?.answers ?? []) world.answers.add(answer)
  if (!more.start) await seedSession(world)
  const person = new Person(world)
  const story = async (): Promise<void> => {
    await scenario.person(person)
    isOver = true
    while (world.schedule.thaw()) await world.schedule.until(() => world.schedule.idle())
    await person.settle()
    await world.schedule.until(() => world.schedule.idle())
    // What a hint should have told is found by looking.
    world.schedule.look()
    await person.settle()
    await world.schedule.until(() => world.schedule.idle())
    world.over = true
    await checkRun(world, person)
  }
  const told = async (): Promise<void> => {
    try {
      await story()
    } catch (error) {
      if (!(error instanceof SessionOver)) throw error
      isOver = true
      await checkRuined(world, error.tab)
    }
  }
  await world.schedule.run(told())
  return { points: world.schedule.points, problems: world.schedule.problems, trace: world.schedule.trace, states: world.states, world }
}

/** What is there before the first tab opens, and durable. */
async function seedSession(world: World): Promise<void> {
  const { disk, scenario } = world
  const { store, session } = disk
  const { epoch } = await store.claim(session)
  disk.claims.set(epoch, 'seed')
  const draft = openWorkspace({ entries: [], loadBlob: (hash) => store.loadBlob(hash), now: () => 0 }).draft()
  for (const [path, text] of Object.entries(scenario.files)) draft.write(path, new TextEncoder().encode(text))
  await store.append(session, epoch, {
    drafts: [{ type: 'session.opened', data: { title: scenario.name, project: 'blank' }, agent: MAIN_AGENT, trace: traceId('seed') }],
    files: draft.delta(),
    durability: 'strict',
  })
  disk.flush()
}
