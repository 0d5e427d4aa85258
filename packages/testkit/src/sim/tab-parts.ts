import type { Workspace } from '@tabwright/protocol'
import type { Parts } from '@tabwright/runtime/compose'
import type { Tool } from '@tabwright/runtime/harness'
import type { SessionStore } from '@tabwright/runtime/memory-store'
import { TOOLS } from '@tabwright/runtime/tools'
import { fakeHash } from '../fake-hash'
import { MODEL_ID, simulatedModel } from './model'
import { outsideTools, simulatedHands } from './outside'
import type { Life } from './schedule'
import type { World } from './world'

/** The model that is chosen in every tab. */
export const MODEL_INFO = { id: MODEL_ID, label: 'Simulated', maxOutput: 8000, contextWindow: 200_000 }

/** The disk as this life has it. */
export function storeFor(world: World, life: Life): SessionStore {
  const port = world.disk.port(life)
  return world.plant?.store?.(port, world, life) ?? port
}

/** What the model may call: the built-in tools, and those that act outside. */
export function toolsFor(world: World, life: Life): readonly Tool[] {
  const tools = [...TOOLS, ...outsideTools(world, life)]
  return world.plant?.tools?.(tools) ?? tools
}

/** Ports of one life, but for what the page is told. */
export function partsFor(
  world: World,
  life: Life,
  { store, workspace }: { readonly store: SessionStore; readonly workspace: Workspace },
): Omit<Parts, 'live' | 'shell'> {
  const { schedule, disk, plant } = world
  const clock = schedule.clock(life)
  const model = simulatedModel(world, life)
  return {
    session: disk.session,
    store,
    workspace,
    hands: simulatedHands(world, life),
    model: () => ({ model: plant?.model?.(model, world) ?? model, info: MODEL_INFO }),
    preview: {
      save: (request, text) => void (world.preview = { request, text }),
      take: (request) => schedule.turn(life, 'preview.take', () => (world.preview.request === request ? world.preview.text : '')),
    },
    clock: plant?.clock?.(clock) ?? clock,
    hash: plant?.hash?.(fakeHash) ?? fakeHash,
    random: (bytes) => world.dice.bytes(bytes),
    snapshotEvery: 7,
  }
}
