import { createServer } from 'node:http'

// A model server for what is measured in the built app: answers of texts and calls, at a pace.

/** @typedef {{ type: 'text', text: string } | { type: 'call', name: string, input: object }} Block */
/** @typedef {{ blocks: readonly Block[], perSecond?: number }} Answer `perSecond`: tokens of four letters; all at once where there is none */

const MODEL = 'bench-model'
const HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }
/** What a token of English is, and how often a provider sends what it has. */
const TOKEN = 4
const TICK_MS = 20
const USAGE = { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 }

/**
 * @param {(text: string) => Answer} answer the newest words of the person or of a tool's result in, what the model says out
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function startModel(answer) {
  let calls = 0
  const server = createServer((request, response) => {
    if (request.method === 'GET') return void response.writeHead(200, { 'content-type': 'application/json' }).end(MODELS)
    /** @type {Buffer[]} */
    const parts = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts).toString()
      const { blocks, perSecond } = answer(body.slice(body.lastIndexOf('"role":"user"')))
      const events = blocks.flatMap((block, index) => eventsOf(block, index, () => (calls += 1)))
      response.writeHead(200, HEADERS)
      const stop = blocks.some(({ type }) => type === 'call') ? 'tool_use' : 'end_turn'
      void send(
        response,
        [
          START,
          ...events,
          { type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null }, usage: USAGE },
          { type: 'message_stop' },
        ],
        perSecond,
      )
    })
  })
  await /** @type {Promise<void>} */ (new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The model server has no port.')
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${address.port}`, close }
}

const MODELS = JSON.stringify({
  data: [{ type: 'model', id: MODEL, display_name: 'Bench', created_at: '2026-01-01T00:00:00Z' }],
  has_more: false,
  first_id: MODEL,
  last_id: MODEL,
})
/** @typedef {{ type: string, [field: string]: unknown }} Event */
/** @type {Event} */
const START = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: MODEL,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: USAGE,
  },
}

/**
 * @param {Block} block
 * @param {number} index
 * @param {() => number} count
 * @returns {readonly Event[]}
 */
function eventsOf(block, index, count) {
  const stop = { type: 'content_block_stop', index }
  if (block.type === 'call') {
    const content_block = { type: 'tool_use', id: `toolu_${count()}`, name: block.name, input: {} }
    const delta = { type: 'input_json_delta', partial_json: JSON.stringify(block.input) }
    return [{ type: 'content_block_start', index, content_block }, { type: 'content_block_delta', index, delta }, stop]
  }
  const pieces = block.text.match(new RegExp(`[^]{1,${TOKEN}}`, 'g')) ?? []
  return [
    { type: 'content_block_start', index, content_block: { type: 'text', text: '' } },
    ...pieces.map((text) => ({ type: 'content_block_delta', index, delta: { type: 'text_delta', text } })),
    stop,
  ]
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {readonly Event[]} events
 * @param {number} perSecond
 */
async function send(response, events, perSecond = Infinity) {
  const since = performance.now()
  for (let sent = 0; sent < events.length && !response.destroyed;) {
    // By the clock: a tick that comes late brings what is due.
    const due =
      perSecond === Infinity ? events.length : Math.min(events.length, Math.ceil(((performance.now() - since) / 1000) * perSecond) + 1)
    const text = events
      .slice(sent, due)
      .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join('')
    if (text !== '') response.write(text)
    sent = due
    if (sent < events.length) await new Promise((resolve) => setTimeout(resolve, TICK_MS))
  }
  response.end()
}
