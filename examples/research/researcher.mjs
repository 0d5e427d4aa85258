import { TriggerAction } from 'iii-sdk'
import { caller, join } from './join.mjs'

const worker = join('researcher')
const call = caller(worker)

/** @typedef {{ topic: string, status: string, feedback?: string }} Task */

worker.registerFunction(
  'research::work',
  /** @param {{ scope: string, key: string, new_value: Task }} changed */
  async ({ scope, key, new_value: { topic, feedback } }) => {
    const { found } = await call('web::search', { query: topic })
    const pages = await Promise.all(found.map((/** @type {{ url: string }} */ { url }) => call('web::scrape', { url })))
    const { text } = await call('model::summarize', { topic, pages, ...(feedback !== undefined && { feedback }) })
    const sources = pages.map(({ url }) => url)
    await call('state::update', { scope, key, ops: [{ type: 'merge', value: { status: 'in review', text, sources } }] })
    // Accepted is on the disk: the critic may be away now.
    const action = TriggerAction.Enqueue({ queue: 'reviews' })
    await worker.trigger({ function_id: 'critic::review', payload: { scope, key, topic, text }, action })
  },
  { description: 'Works on a research task' },
)

// The relay calls with each task that becomes pending, also with one that did while nobody was here.
worker.registerTrigger({
  type: 'state',
  function_id: 'research::work',
  config: { scope: 'research-tasks', condition: 'status == "pending"' },
})
