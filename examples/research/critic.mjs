import { caller, join } from './join.mjs'

const MOST_ROUNDS = 3

const worker = join('critic')
const call = caller(worker)

worker.registerFunction(
  'critic::review',
  /** @param {{ scope: string, key: string, topic: string, text: string }} draft */
  async ({ scope, key, topic, text }) => {
    const { accepted, feedback } = await call('model::judge', { topic, text })
    const { rounds = 0 } = (await call('state::get', { scope, key })) ?? {}
    const isLast = rounds + 1 >= MOST_ROUNDS
    const outcome = accepted ? { status: 'done' } : isLast ? { status: 'given up', feedback } : { status: 'pending', feedback }
    await call('state::update', { scope, key, ops: [{ type: 'merge', value: { ...outcome, rounds: rounds + 1 } }] })
  },
  { description: 'Accepts a summary or sends it back' },
)
