import { MAIN_AGENT, traceId } from '@tabwright/protocol'
import { openWorkspace } from '@tabwright/runtime/workspace'
import { checkRun } from './checks'
import { noFaults, type Faults } from './fault'
import { Person } from './person'
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
export async function simulate({ scenario, seed = 1, faults = noFaults, plant, random = false }: Simulation): Promise<Run> {
  let isOver = false
  const world = new World({ scenario, seed, plant, random, faults: (point) => (isOver ? undefined : faults(point)) })
  await seedSession(world)
  const person = new Person(world)
  const story = async (): Promise<void> => {
    await scenario.person(person)
    isOver = true
    while (world.schedule.thaw()) await world.schedule.until(() => world.schedule.idle())
    await person.settle()
    await world.schedule.until(() => world.schedule.idle())
    world.over = true
    await checkRun(world, person)
  }
  await world.schedule.run(story())
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
