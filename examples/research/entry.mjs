import { randomUUID } from 'node:crypto'
import { caller, join } from './join.mjs'

const SCOPE = 'research-tasks'

const worker = join('entry')
const call = caller(worker)

worker.registerFunction(
  'entry::begin',
  /** @param {{ body?: { topic?: unknown } }} request */
  async ({ body }) => {
    const topic = body?.topic
    if (typeof topic !== 'string' || topic.trim() === '') return { status_code: 400, body: { error: 'Send {"topic": "…"}.' } }
    const id = randomUUID()
    await call('state::set', { scope: SCOPE, key: id, value: { topic, status: 'pending' } })
    return { status_code: 202, body: { id } }
  },
)

worker.registerFunction(
  'entry::look',
  /** @param {{ path_params: { id: string } }} request */
  async ({ path_params: { id } }) => {
    const task = await call('state::get', { scope: SCOPE, key: id })
    return task === undefined || task === null
      ? { status_code: 404, body: { error: 'There is no such task.' } }
      : { status_code: 200, body: task }
  },
)

worker.registerTrigger({ type: 'http', function_id: 'entry::begin', config: { api_path: '/research', http_method: 'POST' } })
worker.registerTrigger({ type: 'http', function_id: 'entry::look', config: { api_path: '/research/:id', http_method: 'GET' } })
